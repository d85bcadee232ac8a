//! Decodes a certification request for who wants to see what it asks for.

use x509::{CertificationRequest, KeyAlgorithm, LineEnding, PublicKey, SignatureAlgorithm, pem};

use crate::{DistinguishedName, Error, Pki};

/// What a certification request says of itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParsedRequest {
    /// Its subject: the six parts that Private CA knows.
    pub subject: DistinguishedName,
    /// The kind of its key.
    pub key_algorithm: KeyAlgorithm,
    /// The size of its key, in bits.
    pub key_bits: u32,
    /// By which algorithm it is signed.
    pub signature_algorithm: SignatureAlgorithm,
    /// Its key, PEM with CRLF line ends.
    pub public_key: String,
}

impl Pki {
    /// Decodes a certification request, PEM. Nothing is stored.
    ///
    /// # Errors
    ///
    /// `Invalid` when it cannot be read, or was not signed with its key.
    pub fn parse_certification_request(&self, text: &str) -> Result<ParsedRequest, Error> {
        let request: CertificationRequest = self.verified_request(text)?;
        let signature_algorithm = request
            .signature_algorithm()
            .ok_or_else(|| Error::inconsistent("a verified request has no signature algorithm"))?;
        let key: &PublicKey = request.public_key();
        Ok(ParsedRequest {
            subject: DistinguishedName::of(request.subject()),
            key_algorithm: key.algorithm(),
            key_bits: bits(key.algorithm()),
            signature_algorithm,
            public_key: pem::encode("PUBLIC KEY", key.spki_der(), LineEnding::CrLf),
        })
    }
}

/// The size of a key: of its modulus, or of its curve's order.
fn bits(algorithm: KeyAlgorithm) -> u32 {
    match algorithm {
        KeyAlgorithm::Rsa2048 => 2048,
        KeyAlgorithm::Rsa3072 => 3072,
        KeyAlgorithm::Rsa4096 => 4096,
        KeyAlgorithm::EcP256 | KeyAlgorithm::Sm2 => 256,
        KeyAlgorithm::EcP384 => 384,
    }
}
