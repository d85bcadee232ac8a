//! How a request names a certificate: by hashes of its issuer, and its serial number.

use aws_lc_rs::digest;
use sm3::{Digest, Sm3};

use crate::{
    der::{DerError, Reader, Writer, tag},
    key::PublicKey,
    name::Name,
    oid::{self, Oid},
    serial::SerialNumber,
};

/// The hash by which a CertID names an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CertIdHash {
    /// SHA-1, which most clients use (RFC 5019 §2.1.1). Nothing depends on its strength here.
    Sha1,
    /// SHA-256 (RFC 9654 §3 asks for it).
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SM3 (GB/T 32905).
    Sm3,
}

impl CertIdHash {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512, Self::Sm3];

    /// Its object identifier.
    #[must_use]
    pub const fn oid(self) -> Oid {
        match self {
            Self::Sha1 => oid::DIGEST_SHA1,
            Self::Sha256 => oid::DIGEST_SHA256,
            Self::Sha384 => oid::DIGEST_SHA384,
            Self::Sha512 => oid::DIGEST_SHA512,
            Self::Sm3 => oid::DIGEST_SM3,
        }
    }

    fn digest(self, octets: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
            Self::Sm3 => return Sm3::digest(octets).to_vec(),
        };
        digest::digest(algorithm, octets).as_ref().to_vec()
    }
}

/// The hashes of an issuer's name and key, by every algorithm that a CertID may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerHashes([(CertIdHash, Vec<u8>, Vec<u8>); 5]);

impl IssuerHashes {
    /// Those of the issuer with this name, as its certificate has it, and this key: over the DER of
    /// the name, and over the contents of the key's BIT STRING (RFC 6960 §4.1.1).
    #[must_use]
    pub fn of(name: &Name, key: &PublicKey) -> Self {
        Self(CertIdHash::ALL.map(|hash| (hash, hash.digest(name.der()), hash.digest(key.bits()))))
    }
}

/// A `CertID` (RFC 6960 §4.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertId {
    der: Vec<u8>,
    hash: Option<CertIdHash>,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    serial: Option<SerialNumber>,
}

impl CertId {
    /// The one that names the certificate `serial` of this issuer.
    #[must_use]
    pub fn new(hash: CertIdHash, issuer: (&Name, &PublicKey), serial: &SerialNumber) -> Self {
        let issuer_name_hash = hash.digest(issuer.0.der());
        let issuer_key_hash = hash.digest(issuer.1.bits());
        let der = Writer::build(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&hash.oid());
                    w.null();
                });
                w.octet_string(&issuer_name_hash);
                w.octet_string(&issuer_key_hash);
                serial.write(w);
            });
        });
        let serial = Some(serial.clone());
        Self { der, hash: Some(hash), issuer_name_hash, issuer_key_hash, serial }
    }

    /// Reads the next element.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DerError> {
        let whole = reader.any()?;
        let mut fields = Reader::new(whole.encoded).nested(tag::SEQUENCE)?;
        let mut algorithm = fields.nested(tag::SEQUENCE)?;
        let oid = algorithm.oid()?;
        // Parameters are NULL or absent; those of hashes that are not known may be anything.
        let parameters_fit = matches!(algorithm.rest(), [] | [tag::NULL, 0]);
        let known = CertIdHash::ALL.into_iter().find(|hash| hash.oid() == oid);
        if known.is_some() && !parameters_fit {
            return Err(DerError::Value);
        }
        let issuer_name_hash = fields.content(tag::OCTET_STRING)?.to_vec();
        let issuer_key_hash = fields.content(tag::OCTET_STRING)?.to_vec();
        let serial = fields.any()?;
        if serial.tag != tag::INTEGER || serial.content.is_empty() {
            return Err(DerError::Value);
        }
        fields.finish()?;
        Ok(Self {
            der: whole.encoded.to_vec(),
            hash: known,
            issuer_name_hash,
            issuer_key_hash,
            // No authority gave a number that is not positive or too long: it is well-formed
            // nevertheless, and the answer is that it was never issued.
            serial: SerialNumber::from_der(serial.encoded).ok(),
        })
    }

    /// The bytes it was read from: an answer repeats them.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate's serial number; `None` where it is one that no authority gives.
    #[must_use]
    pub const fn serial(&self) -> Option<&SerialNumber> {
        self.serial.as_ref()
    }

    /// Whether it names a certificate of this issuer. Not, if it uses a hash that is not known.
    #[must_use]
    pub fn is_of(&self, issuer: &IssuerHashes) -> bool {
        issuer.0.iter().any(|(hash, name, key)| {
            self.hash == Some(*hash)
                && self.issuer_name_hash == *name
                && self.issuer_key_hash == *key
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AttributeType, KeyAlgorithm, PrivateKey};

    fn issuer(octet: u8) -> (Name, PublicKey) {
        let key = PrivateKey::from_ec_scalar(KeyAlgorithm::EcP256, &[octet; 32]).unwrap();
        let name = Name::from_attributes(&[(AttributeType::CommonName, "Issuer")]).unwrap();
        (name, key.public_key().clone())
    }

    #[test]
    fn what_is_written_is_read_back_and_belongs_to_its_issuer_alone() {
        let ((name, key), (_, other)) = (issuer(1), issuer(2));
        let (own, others) = (IssuerHashes::of(&name, &key), IssuerHashes::of(&name, &other));
        let serial = SerialNumber::from_random([7; 20]);
        for hash in CertIdHash::ALL {
            let id = CertId::new(hash, (&name, &key), &serial);

            let read = CertId::read(&mut Reader::new(id.der()));

            assert_eq!(read.as_ref(), Ok(&id));
            assert_eq!(id.serial(), Some(&serial));
            assert!(id.is_of(&own) && !id.is_of(&others), "{hash:?}");
        }
    }

    #[test]
    fn absent_parameters_are_read_and_repeated() {
        let (name, key) = issuer(1);
        let id = CertId::new(CertIdHash::Sha1, (&name, &key), &SerialNumber::from_random([7; 20]));
        // The NULL goes, and two lengths with it.
        let mut der = id.der().to_vec();
        let null = der.windows(2).position(|pair| pair == [tag::NULL, 0]).unwrap();
        der.drain(null..null + 2);
        der[1] -= 2;
        der[3] -= 2;

        let read = CertId::read(&mut Reader::new(&der)).unwrap();

        assert!(read.is_of(&IssuerHashes::of(&name, &key)));
        assert_eq!(read.der(), der);
    }

    #[test]
    fn a_number_that_nobody_gives_and_a_hash_that_nobody_knows_are_well_formed() {
        for (serial, hash) in
            [(&[0][..], oid::DIGEST_SHA1), (&[0x80], oid::DIGEST_SHA1), (&[1], oid::SM2)]
        {
            let der = Writer::build(|w| {
                w.sequence(|w| {
                    w.sequence(|w| w.oid(&hash));
                    w.octet_string(&[1]);
                    w.octet_string(&[2]);
                    w.element(tag::INTEGER, serial);
                });
            });
            let (name, key) = issuer(1);

            let read = CertId::read(&mut Reader::new(&der)).unwrap();

            assert_eq!(read.serial().is_none(), serial != [1]);
            assert!(!read.is_of(&IssuerHashes::of(&name, &key)));
        }
    }
}
