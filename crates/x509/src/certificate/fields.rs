//! Building the signed part of a certificate.

use crate::{
    der::{Writer, tag},
    extension::{DuplicateExtension, Extension, check_unique, write_extensions},
    key::{PublicKey, SignatureAlgorithm},
    name::Name,
    serial::SerialNumber,
    time::UnixTime,
};

/// What goes into a certificate.
#[derive(Debug, Clone)]
pub struct CertificateFields {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Who issues it: the bytes of the issuer's own subject.
    pub issuer: Name,
    /// Whom it is for.
    pub subject: Name,
    /// The first second of its validity.
    pub not_before: UnixTime,
    /// The last second of its validity.
    pub not_after: UnixTime,
    /// The key to be certified.
    pub public_key: PublicKey,
    /// Its extensions, in order.
    pub extensions: Vec<Extension>,
}

impl CertificateFields {
    /// The TBSCertificate (RFC 5280 §4.1), version 3, to be signed by `algorithm`.
    ///
    /// # Errors
    /// [`DuplicateExtension`] if two extensions are of one kind.
    pub fn to_be_signed(
        &self,
        algorithm: SignatureAlgorithm,
    ) -> Result<Vec<u8>, DuplicateExtension> {
        check_unique(&self.extensions)?;
        Ok(Writer::build(|w| {
            w.sequence(|w| {
                w.nested(tag::context_constructed(0), |w| w.unsigned(&[2]));
                self.serial.write(w);
                w.raw(&algorithm.der());
                w.raw(self.issuer.der());
                w.sequence(|w| {
                    self.not_before.write(w);
                    self.not_after.write(w);
                });
                w.raw(self.subject.der());
                w.raw(self.public_key.spki_der());
                if !self.extensions.is_empty() {
                    w.nested(tag::context_constructed(3), |w| {
                        write_extensions(w, &self.extensions);
                    });
                }
            });
        }))
    }
}
