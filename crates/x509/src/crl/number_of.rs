//! The number of a CRL of any length, from two small parts of it.

use std::ops::Range;

use crate::{
    der::{DerError, Reader, tag},
    error::{ParseError, Part},
    extension::{CrlNumber, Extension, ExtensionValue, read_extensions},
};

/// How much of a CRL's beginning tells where its extensions are: more than any issuer's name takes.
pub const CRL_BEGINNING: u64 = 16 * 1024;

/// How much of a CRL tells its extensions, from where they begin.
const EXTENSIONS: u64 = 64 * 1024;

/// What is read.
const PART: &str = "crlExtensions";

/// An element whose contents need not be there.
struct Header {
    tag: u8,
    content: Range<usize>,
}

/// Where the extensions of a CRL are, told by its first [`CRL_BEGINNING`] octets: they follow the
/// revoked certificates, however many those are.
///
/// # Errors
/// [`DerError`] if it is no CRL with extensions.
pub fn extensions_of(beginning: &[u8]) -> Result<Range<u64>, DerError> {
    let whole = expect(beginning, 0, tag::SEQUENCE)?;
    let fields = expect(beginning, whole.content.start, tag::SEQUENCE)?;
    let end = fields.content.end;
    let mut at = fields.content.start;
    while at < end {
        let field = header(beginning, at)?;
        if field.tag == tag::context_constructed(0) {
            let start = u64::try_from(at).map_err(|_| DerError::Length)?;
            let end = u64::try_from(end).map_err(|_| DerError::Length)?;
            return Ok(start..end.min(start + EXTENSIONS));
        }
        at = field.content.end;
        // Only the revoked certificates may reach beyond the beginning, and only extensions follow.
        if at >= beginning.len() && at < end {
            let start = u64::try_from(at).map_err(|_| DerError::Length)?;
            let end = u64::try_from(end).map_err(|_| DerError::Length)?;
            return Ok(start..end.min(start + EXTENSIONS));
        }
    }
    Err(DerError::Truncated)
}

/// The number among the extensions at the place that [`extensions_of`] told.
///
/// # Errors
/// [`ParseError`] if they are malformed or have no number.
pub fn number_among(extensions: &[u8]) -> Result<CrlNumber, ParseError> {
    let mut explicit = Reader::new(extensions).nested(tag::context_constructed(0)).part(PART)?;
    let found = read_extensions(explicit.nested(tag::SEQUENCE).part(PART)?)?;
    let number = found.iter().find(|Extension { oid, .. }| *oid == CrlNumber::OID);
    let number = number.ok_or(DerError::Truncated).part(PART)?;
    CrlNumber::from_der(&number.value).part(PART)
}

fn expect(bytes: &[u8], at: usize, tag: u8) -> Result<Header, DerError> {
    let header = header(bytes, at)?;
    if header.tag == tag { Ok(header) } else { Err(DerError::Tag(header.tag)) }
}

fn header(bytes: &[u8], at: usize) -> Result<Header, DerError> {
    let rest = bytes.get(at..).ok_or(DerError::Truncated)?;
    let [tag, first, rest @ ..] = rest else { return Err(DerError::Truncated) };
    let (length, octets) = match usize::from(*first) {
        short @ 0..0x80 => (short, 0),
        long => {
            let octets = long - 0x80;
            let octets =
                if (1..=4).contains(&octets) { octets } else { return Err(DerError::Length) };
            let length = rest.get(..octets).ok_or(DerError::Truncated)?;
            (length.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), octets)
        }
    };
    let start = at + 2 + octets;
    let end = start.checked_add(length).ok_or(DerError::Length)?;
    Ok(Header { tag: *tag, content: start..end })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crl::{RevocationListFields, RevokedCertificate};
    use crate::{Name, SerialNumber, SignatureAlgorithm, UnixTime, signed};

    /// A CRL with so many entries; its signature is not looked at.
    fn crl(number: u64, entries: usize) -> Vec<u8> {
        let algorithm = SignatureAlgorithm::Ecdsa(crate::HashAlgorithm::Sha256);
        let entry = |index: usize| RevokedCertificate {
            serial: SerialNumber::from_random([u8::try_from(index % 200).unwrap(); 20]),
            revocation_date: UnixTime(1_000_000_000),
            reason: None,
        };
        let fields = RevocationListFields {
            issuer: Name::from_attributes(&[(crate::AttributeType::CommonName, "I")]).unwrap(),
            this_update: UnixTime(1_000_000_000),
            next_update: UnixTime(1_000_000_001),
            authority_key_identifier: vec![7; 20],
            number: CrlNumber::from(number),
            distribution_point: None,
        };
        let revoked: Vec<_> = (0..entries).map(entry).collect();
        signed::assemble(&fields.to_be_signed(algorithm, &revoked), algorithm, &[0; 70])
    }

    fn number(crl: &[u8]) -> Option<u64> {
        let part = |range: Range<u64>| {
            let at = |octets: u64| usize::try_from(octets).unwrap().min(crl.len());
            &crl[at(range.start)..at(range.end)]
        };
        let place = extensions_of(part(0..CRL_BEGINNING)).unwrap();
        number_among(part(place)).unwrap().to_u64()
    }

    #[test]
    fn a_number_is_read_without_the_entries() {
        for (wanted, entries) in [(0, 0), (7, 1), (1_795_300_000_123, 3), (u64::MAX, 20_000)] {
            assert_eq!(number(&crl(wanted, entries)), Some(wanted), "{entries}");
        }
    }

    #[test]
    fn what_is_no_crl_has_no_number() {
        for octets in [&b""[..], b"<html>", &[0x30, 0x80], &[0x30, 2, 0x30, 0]] {
            assert!(extensions_of(octets).is_err(), "{octets:?}");
        }
        assert!(number_among(&[0xa0, 2, 0x30, 0]).is_err());
    }

    proptest! {
        #[test]
        fn no_octets_make_it_panic(octets in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = extensions_of(&octets);
            let _ = number_among(&octets);
        }
    }
}
