//! What a certificate that was signed elsewhere must be before an authority takes it as its own.

use std::time::Duration;

use ledger::Timestamp;
use x509::key::PublicKey;
use x509::pem::{self, Block};
use x509::{Certificate, KeyFamily, KeyUsage, SignatureAlgorithm, UnixTime, Version, chain};

use crate::{Error, Field};

/// How far in the future the validity may begin, for clocks that differ.
const FUTURE_START: Duration = Duration::from_secs(5 * 60);

/// The most octets of an authority's own certificate. What it issues repeats its subject and key
/// identifier, and must stay well within [`x509::certificate::MAX_CERTIFICATE`].
const MOST_OCTETS: usize = 32 * 1024;

/// A certificate and what came with it, read but not yet believed.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    /// The authority's certificate.
    pub(crate) certificate: Certificate,
    /// What came as its chain, in any order.
    pub(crate) pool: Vec<Certificate>,
}

impl Incoming {
    /// Reads a certificate and the chain beside it.
    pub(crate) fn read(certificate: &str, chain: Option<&str>) -> Result<Self, Error> {
        let certificate = Certificate::from_pem(certificate).map_err(|error| {
            Error::invalid(Field::Certificate, format!("the certificate cannot be used: {error}"))
        })?;
        let blocks = blocks(chain.unwrap_or_default(), Field::CertificateChain)?;
        Ok(Self { certificate, pool: certificates(&blocks, Field::CertificateChain)? })
    }

    /// Reads a certificate that its chain follows in the same text.
    pub(crate) fn read_together(text: &str) -> Result<Self, Error> {
        let blocks = blocks(text, Field::Certificate)?;
        let mut certificates = certificates(&blocks, Field::Certificate)?.into_iter();
        let Some(certificate) = certificates.next() else {
            return Err(Error::invalid(Field::Certificate, "there is no PEM certificate in it"));
        };
        Ok(Self { certificate, pool: certificates.collect() })
    }
}

fn blocks(text: &str, field: Field) -> Result<Vec<Block>, Error> {
    let unreadable = |problem: String| Error::invalid(field, problem);
    let blocks = pem::decode(text).map_err(|error| unreadable(error.to_string()))?;
    if blocks.is_empty() && !text.trim().is_empty() {
        return Err(unreadable("there is no PEM certificate in it".to_owned()));
    }
    Ok(blocks)
}

fn certificates(blocks: &[Block], field: Field) -> Result<Vec<Certificate>, Error> {
    let mut certificates = Vec::with_capacity(blocks.len());
    for (block, number) in blocks.iter().zip(1..) {
        if block.label != "CERTIFICATE" {
            return Err(Error::invalid(field, format!("PEM block {number} is no certificate")));
        }
        certificates.push(Certificate::from_der(&block.der).map_err(|error| {
            Error::invalid(field, format!("certificate {number} cannot be used: {error}"))
        })?);
    }
    Ok(certificates)
}

/// Checks a certificate by itself: the key, its form, times, signature algorithm and extensions
/// (RFC 5280 §4.1, §4.2). The algorithm of its signature comes back.
///
/// # Errors
///
/// `PublicKeyMismatch` when it is another key's certificate; `Invalid` for all else.
pub(crate) fn check_certificate(
    certificate: &Certificate,
    key: &PublicKey,
    now: Timestamp,
) -> Result<SignatureAlgorithm, Error> {
    let refuse = |problem: &str| Err(Error::invalid(Field::Certificate, problem));
    if certificate.public_key().ok() != Some(key) {
        return Err(Error::PublicKeyMismatch);
    }
    if certificate.der().len() > MOST_OCTETS {
        return refuse(&format!("the certificate has more than {MOST_OCTETS} octets"));
    }
    if certificate.version() != Version::V3 || !certificate.is_ca() {
        return refuse("the certificate is not that of a certificate authority (basicConstraints)");
    }
    let signs = certificate.key_usage().is_none_or(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN));
    if !signs {
        return refuse("the certificate's key usage does not allow signing certificates");
    }
    if certificate.subject().is_empty() {
        return refuse("the certificate has no subject");
    }
    if certificate.is_self_issued() {
        return refuse("the certificate has the same issuer and subject");
    }
    if !certificate.serial().is_positive() {
        return refuse("the certificate's serial number is zero");
    }
    if certificate.not_before() > UnixTime((now + FUTURE_START).as_seconds()) {
        return refuse("the certificate is not valid yet");
    }
    if certificate.not_after() <= UnixTime(now.as_seconds()) {
        return refuse("the certificate has expired");
    }
    let signature = certificate.signature_algorithm_oid();
    if certificate.has_weak_signature() {
        return refuse("the certificate is signed with a broken hash (MD5 or SHA-1)");
    }
    let Some(algorithm) = certificate.signature_algorithm() else {
        return refuse(&format!("the signature algorithm {signature} is not supported"));
    };
    if (algorithm.family() == KeyFamily::Sm2) != (key.algorithm().family() == KeyFamily::Sm2) {
        return refuse("SM2 and other keys do not mix in one chain");
    }
    if let Some(strange) = certificate.unknown_critical_extension() {
        return refuse(&format!("the critical extension {strange} is not supported"));
    }
    Ok(algorithm)
}

/// Orders what came with the certificate, nearest first, and verifies it to its last member
/// (RFC 5280 §6.1). An empty pool is an empty chain.
///
/// # Errors
///
/// `Invalid` when it is no chain, or its members break a rule.
pub(crate) fn ordered_chain(
    certificate: &Certificate,
    mut pool: Vec<Certificate>,
    now: Timestamp,
) -> Result<Vec<Certificate>, Error> {
    let refuse = |problem: String| Error::invalid(Field::CertificateChain, problem);
    // Bundles often begin with the certificate itself.
    pool.retain(|member| member != certificate);
    if pool.is_empty() {
        return Ok(pool);
    }
    let ordered = chain::build(certificate, pool, UnixTime(now.as_seconds()))
        .map_err(|error| refuse(format!("the certificate chain cannot be used: {error}")))?;
    if ordered.iter().any(|member| member.subject().matches(certificate.subject())) {
        let problem = "the subject is that of a certificate authority above it";
        return Err(Error::invalid(Field::Certificate, problem));
    }
    Ok(ordered)
}
