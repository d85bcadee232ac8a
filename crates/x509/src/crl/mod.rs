//! Certificate revocation lists (RFC 5280 §5).

mod fields;
mod number_of;
mod read;
mod revoked;
mod sizes;

pub use fields::RevocationListFields;
pub use number_of::{CRL_BEGINNING, extensions_of, number_among};
pub use revoked::RevokedCertificate;
pub use sizes::EntrySizes;

use crate::{
    error::ParseError,
    extension::{AuthorityKeyIdentifier, CrlNumber, Extension, IssuingDistributionPoint},
    key::{BadSignature, PublicKey, SignatureAlgorithm},
    name::Name,
    pem::{self, LineEnding},
    serial::SerialNumber,
    signed::Signed,
    time::UnixTime,
};

/// The most octets of a CRL that is read: some hundred thousand entries.
pub const MAX_REVOCATION_LIST: usize = 16 * 1024 * 1024;

/// A CRL of version 2. Its signature is not verified by reading it.
///
/// Delta CRLs and those that cover only a kind of certificates or reasons are not read: both say so in
/// critical extensions, which are not processed here. One that covers the certificates of a
/// [distribution point](RevocationList::distribution_point) tells nothing of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    signed: Signed,
    issuer: Name,
    this_update: UnixTime,
    next_update: Option<UnixTime>,
    revoked: Vec<RevokedCertificate>,
    extensions: Vec<Extension>,
    authority_key_identifier: Option<AuthorityKeyIdentifier>,
    number: Option<CrlNumber>,
    distribution_point: Option<IssuingDistributionPoint>,
}

impl RevocationList {
    /// Reads a whole CRL.
    ///
    /// # Errors
    /// [`ParseError`] if it is malformed, too large, of version 1, or has a critical extension.
    pub fn from_der(der: &[u8]) -> Result<Self, ParseError> {
        read::read(der)
    }

    /// Reads one PEM block `X509 CRL`.
    ///
    /// # Errors
    /// As [`RevocationList::from_der`], and if there is not exactly one block.
    pub fn from_pem(text: &str) -> Result<Self, ParseError> {
        Self::from_der(&pem::decode_one(text, &["X509 CRL"])?)
    }

    /// The bytes it was read from.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.signed.der()
    }

    /// It as a PEM block `X509 CRL`.
    #[must_use]
    pub fn to_pem(&self, ending: LineEnding) -> String {
        pem::encode("X509 CRL", self.der(), ending)
    }

    /// Who issued it.
    #[must_use]
    pub const fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// `thisUpdate`: the moment whose state it tells.
    #[must_use]
    pub const fn this_update(&self) -> UnixTime {
        self.this_update
    }

    /// `nextUpdate`: by then the next one will be there.
    #[must_use]
    pub const fn next_update(&self) -> Option<UnixTime> {
        self.next_update
    }

    /// The revoked certificates, in the list's order.
    #[must_use]
    pub fn revoked(&self) -> &[RevokedCertificate] {
        &self.revoked
    }

    /// What it says of the certificate with this serial number; `None` if it is not revoked.
    #[must_use]
    pub fn entry(&self, serial: &SerialNumber) -> Option<&RevokedCertificate> {
        self.revoked.iter().find(|entry| entry.serial == *serial)
    }

    /// All extensions, in order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The `keyIdentifier` of its `authorityKeyIdentifier`.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.authority_key_identifier.as_ref()?.key_identifier.as_deref()
    }

    /// Its `cRLNumber`.
    #[must_use]
    pub const fn number(&self) -> Option<&CrlNumber> {
        self.number.as_ref()
    }

    /// The point whose certificates alone it covers; `None` is all of its issuer's.
    #[must_use]
    pub const fn distribution_point(&self) -> Option<&IssuingDistributionPoint> {
        self.distribution_point.as_ref()
    }

    /// How it is signed; `None` if by an algorithm that is not supported.
    #[must_use]
    pub const fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        self.signed.algorithm()
    }

    /// Verifies that it is signed by `key`.
    ///
    /// # Errors
    /// [`BadSignature`] if it is not, or the algorithm is not supported.
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<(), BadSignature> {
        self.signed.verify(key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        der::{Reader, Writer, tag},
        extension::{Criticality, ExtensionValue, KeyUsage, ReasonCode},
        key::HashAlgorithm,
        name::AttributeType,
        signed,
    };

    const ALGORITHM: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256);

    fn fields() -> RevocationListFields {
        RevocationListFields {
            issuer: Name::from_attributes(&[(AttributeType::CommonName, "Issuer")]).unwrap(),
            this_update: UnixTime(1_767_225_600),
            next_update: UnixTime(1_767_225_600 + 86_400),
            authority_key_identifier: vec![7; 20],
            number: CrlNumber::from(5),
            distribution_point: None,
        }
    }

    /// A CRL of these fields with a signature that is none.
    fn assembled(to_be_signed: &[u8]) -> Vec<u8> {
        signed::assemble(to_be_signed, ALGORITHM, &[0])
    }

    fn reason() -> impl Strategy<Value = Option<ReasonCode>> {
        prop::option::of(prop::sample::select(&ReasonCode::ALL[1..]))
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            entries in prop::collection::vec((any::<[u8; 20]>(), 0..4_000_000_000_i64, reason()), 0..9),
            number: u64,
        ) {
            let revoked: Vec<_> = entries
                .into_iter()
                .map(|(random, at, reason)| RevokedCertificate {
                    serial: SerialNumber::from_random(random),
                    revocation_date: UnixTime(at),
                    reason,
                })
                .collect();
            let fields =
                RevocationListFields { number: CrlNumber::from(number), ..fields() };

            let read = RevocationList::from_der(&assembled(&fields.to_be_signed(ALGORITHM, &revoked))).unwrap();

            prop_assert_eq!(read.revoked(), &revoked[..]);
            prop_assert_eq!(read.issuer(), &fields.issuer);
            prop_assert_eq!(read.this_update(), fields.this_update);
            prop_assert_eq!(read.next_update(), Some(fields.next_update));
            prop_assert_eq!(read.number(), Some(&fields.number));
            prop_assert_eq!(read.authority_key_identifier(), Some(&[7; 20][..]));
            prop_assert!(read.extensions().iter().all(|extension| !extension.critical));
            for entry in &revoked {
                prop_assert!(read.entry(&entry.serial).is_some());
            }
        }

        #[test]
        fn no_damage_makes_reading_panic(at in 0..300_usize, octet: u8) {
            let entry = RevokedCertificate {
                serial: SerialNumber::from_random([1; 20]),
                revocation_date: UnixTime(0),
                reason: Some(ReasonCode::Superseded),
            };
            let mut der = assembled(&fields().to_be_signed(ALGORITHM, &[entry]));
            if let Some(damaged) = der.get_mut(at) {
                *damaged = octet;
            }
            let _ = RevocationList::from_der(&der);
        }
    }

    #[test]
    fn an_unspecified_reason_is_not_written() {
        let entry = RevokedCertificate {
            serial: SerialNumber::from_random([1; 20]),
            revocation_date: UnixTime(0),
            reason: Some(ReasonCode::Unspecified),
        };

        let der = assembled(&fields().to_be_signed(ALGORITHM, &[entry]));

        assert_eq!(RevocationList::from_der(&der).unwrap().revoked()[0].reason, None);
    }

    #[test]
    fn a_list_of_nothing_has_no_list() {
        let to_be_signed = fields().to_be_signed(ALGORITHM, &[]);
        let mut sequence = Reader::new(&to_be_signed).nested(tag::SEQUENCE).unwrap();

        let mut tags = Vec::new();
        while !sequence.is_empty() {
            tags.push(sequence.any().unwrap().tag);
        }

        let (time, extensions) = (tag::UTC_TIME, tag::context_constructed(0));
        let sequence = tag::SEQUENCE;
        assert_eq!(tags, [tag::INTEGER, sequence, sequence, time, time, extensions]);
    }

    /// A CRL whose part from `revokedCertificates` on is something else.
    fn with_rest(version: &[u8], rest: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let fields = fields();
        assembled(&Writer::build(|w| {
            w.sequence(|w| {
                if !version.is_empty() {
                    w.unsigned(version);
                }
                w.raw(&ALGORITHM.der());
                w.raw(fields.issuer.der());
                fields.this_update.write(w);
                rest(w);
            });
        }))
    }

    #[test]
    fn a_point_is_critical_and_read_back() {
        let point = IssuingDistributionPoint {
            full_names: vec![crate::GeneralName::Uri("http://crl.example/7.crl".into())],
        };
        let fields = RevocationListFields { distribution_point: Some(point.clone()), ..fields() };

        let read = RevocationList::from_der(&assembled(&fields.to_be_signed(ALGORITHM, &[])));

        let read = read.unwrap();
        assert_eq!(read.distribution_point(), Some(&point));
        let critical: Vec<_> = read.extensions().iter().filter(|found| found.critical).collect();
        assert_eq!(critical, [&point.to_extension(Criticality::Critical)]);
    }

    #[test]
    fn other_versions_and_empty_lists_are_refused() {
        assert!(RevocationList::from_der(&with_rest(&[1], |_| {})).is_ok());
        for version in [&[][..], &[0], &[2]] {
            assert!(RevocationList::from_der(&with_rest(version, |_| {})).is_err(), "{version:?}");
        }
        assert!(RevocationList::from_der(&with_rest(&[1], |w| w.sequence(|_| {}))).is_err());
        assert!(RevocationList::from_der(&with_rest(&[1], Writer::null)).is_err());
    }

    #[test]
    fn a_critical_extension_that_is_not_processed_is_refused() {
        let extension = KeyUsage::CRL_SIGN.to_extension(Criticality::Critical);
        let list = |w: &mut Writer| {
            crate::extension::write_extensions(w, std::slice::from_ref(&extension))
        };
        let in_list = with_rest(&[1], |w| w.nested(tag::context_constructed(0), list));
        let in_entry = with_rest(&[1], |w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.unsigned(&[5]);
                    UnixTime(0).write(w);
                    list(w);
                });
            });
        });

        for der in [in_list, in_entry] {
            assert_eq!(
                RevocationList::from_der(&der),
                Err(ParseError::UnknownCriticalExtension(KeyUsage::OID))
            );
        }
    }
}
