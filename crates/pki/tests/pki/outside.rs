//! An authority that this account does not know.

use std::time::Duration;

use ledger::system::SystemRandom;
use ledger::{Random, Timestamp};
use x509::der::{Reader, Writer, tag};
use x509::{
    AttributeType, AuthorityKeyIdentifier, BasicConstraints, Certificate, CertificateFields,
    Criticality, Extension, ExtensionValue, HashAlgorithm, KeyAlgorithm, KeyUsage, Name,
    PrivateKey, PublicKey, SerialNumber, SignatureAlgorithm, SubjectKeyIdentifier, UnixTime,
    signed,
};

use crate::keys;

const ALGORITHM: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256);

/// A key with a certificate, that signs whatever it is given.
pub(crate) struct Outside {
    pub(crate) key: PrivateKey,
    pub(crate) certificate: Certificate,
}

/// What the certificate of a child says.
#[derive(Clone)]
pub(crate) struct Wish {
    pub(crate) serial: SerialNumber,
    pub(crate) subject: Name,
    pub(crate) public_key: PublicKey,
    pub(crate) not_before: UnixTime,
    pub(crate) not_after: UnixTime,
    pub(crate) extensions: Vec<Extension>,
}

pub(crate) fn name(common_name: &str) -> Name {
    Name::from_attributes(&[(AttributeType::CommonName, common_name)]).unwrap()
}

impl Wish {
    /// A good certificate of an authority, valid since a year and for nine more.
    pub(crate) fn good(subject: Name, public_key: &PublicKey, now: Timestamp) -> Self {
        let year = Duration::from_secs(365 * 86_400);
        let usage = KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN);
        let identifier = SubjectKeyIdentifier(public_key.key_identifier().to_vec());
        let random: &dyn Random = &SystemRandom;
        Self {
            serial: SerialNumber::from_random(random.bytes::<20>()),
            subject,
            public_key: public_key.clone(),
            not_before: UnixTime((now - year).as_seconds()),
            not_after: UnixTime((now + year * 9).as_seconds()),
            extensions: vec![
                BasicConstraints::Ca { path_len: None }.to_extension(Criticality::Critical),
                usage.to_extension(Criticality::Critical),
                identifier.to_extension(Criticality::NotCritical),
            ],
        }
    }

    /// The same with another extension in the place of one of its kind, or beside the others.
    pub(crate) fn with(mut self, extension: Extension) -> Self {
        self.extensions.retain(|present| present.oid != extension.oid);
        self.extensions.push(extension);
        self
    }
}

impl Outside {
    pub(crate) fn root(common_name: &str, now: Timestamp) -> Self {
        let key = keys::new_key(KeyAlgorithm::EcP256);
        let wish = Wish::good(name(common_name), key.public_key(), now);
        let certificate = sign(&key, &name(common_name), &wish);
        Self { key, certificate }
    }

    pub(crate) fn below(&self, common_name: &str, now: Timestamp) -> Self {
        self.below_with(|key| Wish::good(name(common_name), key, now))
    }

    pub(crate) fn below_with(&self, wish: impl FnOnce(&PublicKey) -> Wish) -> Self {
        let key = keys::new_key(KeyAlgorithm::EcP256);
        let certificate = self.issue(&wish(key.public_key()));
        Self { key, certificate }
    }

    pub(crate) fn issue(&self, wish: &Wish) -> Certificate {
        sign(&self.key, self.certificate.subject(), wish)
    }

    /// A certificate with the serial number zero, which the crate's own types cannot make.
    pub(crate) fn issue_numbered_zero(&self, wish: &Wish) -> Certificate {
        let wish = Wish { serial: SerialNumber::from_random([0; 20]), ..wish.clone() };
        let numbered = signed_part(&self.key, self.certificate.subject(), &wish);
        let mut serial = Writer::new();
        SerialNumber::from_random([0; 20]).write(&mut serial);
        let serial = serial.into_bytes();
        let content = Reader::new(&numbered).nested(tag::SEQUENCE).unwrap().rest().to_vec();
        let at = content.windows(2).position(|header| header == &serial[..2]).unwrap();
        let content = [&content[..at], &[2, 1, 0], &content[at + serial.len()..]].concat();
        assemble(&self.key, &Writer::build(|w| w.element(tag::SEQUENCE, &content)))
    }
}

fn sign(key: &PrivateKey, issuer: &Name, wish: &Wish) -> Certificate {
    assemble(key, &signed_part(key, issuer, wish))
}

fn assemble(key: &PrivateKey, to_be_signed: &[u8]) -> Certificate {
    let signature = keys::sign(key, ALGORITHM, to_be_signed);
    Certificate::from_der(&signed::assemble(to_be_signed, ALGORITHM, &signature)).unwrap()
}

fn signed_part(key: &PrivateKey, issuer: &Name, wish: &Wish) -> Vec<u8> {
    let identifier = Some(key.public_key().key_identifier().to_vec());
    let mut extensions = wish.extensions.clone();
    extensions.push(
        AuthorityKeyIdentifier { key_identifier: identifier }
            .to_extension(Criticality::NotCritical),
    );
    let fields = CertificateFields {
        serial: wish.serial.clone(),
        issuer: issuer.clone(),
        subject: wish.subject.clone(),
        not_before: wish.not_before,
        not_after: wish.not_after,
        public_key: wish.public_key.clone(),
        extensions,
    };
    fields.to_be_signed(ALGORITHM).unwrap()
}
