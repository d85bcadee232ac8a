//! Building the signed part of a CRL.

use super::RevokedCertificate;
use crate::{
    der::{Writer, tag},
    extension::{AuthorityKeyIdentifier, Criticality, CrlNumber, ExtensionValue, write_extensions},
    key::SignatureAlgorithm,
    name::Name,
    time::UnixTime,
};

/// What goes into a complete CRL.
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
    /// The revoked certificates, in order; each serial number once.
    pub revoked: Vec<RevokedCertificate>,
}

impl RevocationListFields {
    /// The TBSCertList (RFC 5280 §5.1.2), version 2, to be signed by `algorithm`, with
    /// authorityKeyIdentifier and cRLNumber, which every CRL has (RFC 5280 §5.2).
    #[must_use]
    pub fn to_be_signed(&self, algorithm: SignatureAlgorithm) -> Vec<u8> {
        let issuer_key =
            AuthorityKeyIdentifier { key_identifier: Some(self.authority_key_identifier.clone()) };
        let extensions = [
            issuer_key.to_extension(Criticality::NotCritical),
            self.number.to_extension(Criticality::NotCritical),
        ];
        Writer::build(|w| {
            w.sequence(|w| {
                w.unsigned(&[1]);
                w.raw(&algorithm.der());
                w.raw(self.issuer.der());
                self.this_update.write(w);
                self.next_update.write(w);
                // An empty list is left out (RFC 5280 §5.1.2.6).
                if !self.revoked.is_empty() {
                    w.sequence(|w| self.revoked.iter().for_each(|entry| entry.write(w)));
                }
                w.nested(tag::context_constructed(0), |w| write_extensions(w, &extensions));
            });
        })
    }
}
