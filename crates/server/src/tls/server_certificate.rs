//! The server's own certificate, from the internal authority. Its key lives in memory only.

use std::time::Duration;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use ledger::{Clock, Random, Timestamp};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use x509::key::SignatureAlgorithm;
use x509::{
    AttributeType, AuthorityKeyIdentifier, Certificate, CertificateFields, Criticality,
    ExtendedKeyUsage, ExtensionValue, GeneralName, HashAlgorithm, KeyUsage, Name, PublicKey,
    SerialNumber, SubjectAltName, SubjectKeyIdentifier, UnixTime, oid,
};
use zeroize::Zeroize;

use super::provider;
use crate::failure::Failure;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a server certificate is valid.
const VALIDITY: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// The age at which the next one is made.
const RENEWAL: Duration = Duration::from_secs(60 * 24 * 60 * 60);

/// A certificate to show, and when to make the next.
pub(crate) struct ServerCertificate {
    /// What the TLS library shows.
    pub(crate) pair: CertifiedKey,
    /// When to make the next one.
    pub(crate) due: Due,
}

/// When the next certificate is to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    made: Timestamp,
}

impl Due {
    /// Whether it is time; also when the clock was set back to before the certificate's start.
    pub(crate) fn is_now(self, now: Timestamp) -> bool {
        now.since(self.made) >= RENEWAL || now < self.made - DAY
    }
}

/// A certificate that is not signed yet, with its key.
pub(super) struct Draft {
    key: EcdsaKeyPair,
    made: Timestamp,
    /// What the authority signs.
    pub(super) to_be_signed: Vec<u8>,
}

/// How the internal authority signs.
pub(super) const ALGORITHM: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256);

/// Drafts a certificate with these names below `issuer`.
pub(super) fn draft(
    issuer: &Certificate,
    names: Vec<GeneralName>,
    clock: &dyn Clock,
    random: &dyn Random,
) -> Result<Draft, Failure> {
    let failed = || Failure::internal("cannot make the server's TLS certificate", "key generation");
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(|_| failed())?;
    let spki = key.public_key().as_der().map_err(|_| failed())?;
    let public_key = PublicKey::from_spki_der(spki.as_ref()).map_err(internal)?;
    let made = clock.now();
    let extensions = vec![
        KeyUsage::DIGITAL_SIGNATURE.to_extension(Criticality::Critical),
        ExtendedKeyUsage { purposes: vec![oid::SERVER_AUTH] }
            .to_extension(Criticality::NotCritical),
        SubjectAltName { names }.to_extension(Criticality::NotCritical),
        SubjectKeyIdentifier(public_key.key_identifier().to_vec())
            .to_extension(Criticality::NotCritical),
        AuthorityKeyIdentifier {
            key_identifier: issuer.subject_key_identifier().map(<[u8]>::to_vec),
        }
        .to_extension(Criticality::NotCritical),
    ];
    let fields = CertificateFields {
        serial: SerialNumber::from_random(random.bytes()),
        issuer: issuer.subject().clone(),
        subject: Name::from_attributes(&[(AttributeType::CommonName, "Cinnabar server")])
            .map_err(internal)?,
        // A client's clock may be behind.
        not_before: UnixTime((made - DAY).as_seconds()).max(issuer.not_before()),
        not_after: UnixTime((made + VALIDITY).as_seconds()).min(issuer.not_after()),
        public_key,
        extensions,
    };
    let to_be_signed = fields.to_be_signed(ALGORITHM).map_err(internal)?;
    Ok(Draft { key, made, to_be_signed })
}

impl Draft {
    /// The pair that the TLS library shows, with the authority's `signature`.
    pub(super) fn signed(self, signature: &[u8]) -> Result<ServerCertificate, Failure> {
        let certificate = x509::signed::assemble(&self.to_be_signed, ALGORITHM, signature);
        let pkcs8 = self.key.to_pkcs8v1().map_err(internal)?;
        let mut key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8.as_ref().to_vec()));
        let loaded = CertifiedKey::from_der(
            vec![CertificateDer::from(certificate)],
            key.clone_key(),
            &provider(),
        );
        key.zeroize();
        Ok(ServerCertificate { pair: loaded.map_err(internal)?, due: Due { made: self.made } })
    }
}

/// What can only fail by a fault of this program.
pub(super) fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::internal("cannot make the server's TLS certificate", cause)
}
