//! The signed part of a CRL, around its entries.

use super::{EntrySizes, RevokedCertificate};
use crate::{
    der::{Writer, header, tag},
    extension::{
        AuthorityKeyIdentifier, Criticality, CrlNumber, ExtensionValue, IssuingDistributionPoint,
        write_extensions,
    },
    key::SignatureAlgorithm,
    name::Name,
    time::UnixTime,
};

/// What a CRL has besides its entries.
///
/// Its TBSCertList is [`RevocationListFields::head`], every entry, and [`RevocationListFields::tail`],
/// one after the other: a list of any length is written without being whole in memory.
#[derive(Debug, Clone)]
pub struct RevocationListFields {
    /// Who issues it: the bytes of the subject in the issuer's certificate.
    pub issuer: Name,
    /// The moment whose state it tells.
    pub this_update: UnixTime,
    /// By then the next one will be there.
    pub next_update: UnixTime,
    /// The subject key identifier in the issuer's certificate.
    pub authority_key_identifier: Vec<u8>,
    /// Its number, greater than that of the one before.
    pub number: CrlNumber,
    /// The point whose certificates it covers; `None` is all of its issuer's.
    pub distribution_point: Option<IssuingDistributionPoint>,
}

impl RevocationListFields {
    /// The TBSCertList (RFC 5280 §5.1.2), version 2, up to the first of entries of these sizes, to be
    /// signed by `algorithm`.
    #[must_use]
    pub fn head(&self, algorithm: SignatureAlgorithm, entries: &EntrySizes) -> Vec<u8> {
        let start = Writer::build(|w| {
            w.unsigned(&[1]);
            w.raw(&algorithm.der());
            w.raw(self.issuer.der());
            self.this_update.write(w);
            self.next_update.write(w);
        });
        // An empty list is left out (RFC 5280 §5.1.2.6).
        let list = if entries.octets() == 0 {
            Vec::new()
        } else {
            header(tag::SEQUENCE, entries.octets())
        };
        let parts = [start.len(), list.len(), self.tail().len()];
        let around = parts.into_iter().fold(0, |sum: u64, part| sum.saturating_add(part as u64));
        let mut head = header(tag::SEQUENCE, around.saturating_add(entries.octets()));
        head.extend(start);
        head.extend(list);
        head
    }

    /// What follows the entries: authorityKeyIdentifier and cRLNumber, which every CRL has
    /// (RFC 5280 §5.2), and the point, critical, where it covers only one.
    #[must_use]
    pub fn tail(&self) -> Vec<u8> {
        let issuer_key =
            AuthorityKeyIdentifier { key_identifier: Some(self.authority_key_identifier.clone()) };
        let mut extensions = vec![
            issuer_key.to_extension(Criticality::NotCritical),
            self.number.to_extension(Criticality::NotCritical),
        ];
        extensions.extend(
            self.distribution_point.iter().map(|point| point.to_extension(Criticality::Critical)),
        );
        Writer::build(|w| {
            w.nested(tag::context_constructed(0), |w| write_extensions(w, &extensions));
        })
    }

    /// The whole TBSCertList with these entries, in order, each serial number once.
    #[must_use]
    pub fn to_be_signed(
        &self,
        algorithm: SignatureAlgorithm,
        revoked: &[RevokedCertificate],
    ) -> Vec<u8> {
        let mut sizes = EntrySizes::default();
        revoked.iter().for_each(|entry| sizes.add(entry));
        let mut writer = Writer::new();
        writer.raw(&self.head(algorithm, &sizes));
        revoked.iter().for_each(|entry| entry.write(&mut writer));
        writer.raw(&self.tail());
        writer.into_bytes()
    }
}
