//! Chains of CA certificates: ordering and verifying what comes with a certificate from outside (RFC 5280 §6).

mod verify;

use crate::{
    certificate::Certificate, extension::Violation, key::KeyError, name::Name, oid::Oid,
    time::UnixTime,
};

/// The most certificates that a chain may have.
pub const MAX_CHAIN: usize = 10;

/// Why certificates are not the chain of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("certificate \"{subject}\" {problem}")]
pub struct ChainError {
    /// The subject of the certificate at fault.
    pub subject: Name,
    /// What is wrong with it.
    pub problem: ChainProblem,
}

/// What is wrong with a certificate in a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainProblem {
    /// It comes with more certificates than [`MAX_CHAIN`].
    #[error("has a chain of more than {MAX_CHAIN} certificates")]
    TooLong,
    /// It issued nothing in the chain, or is there twice.
    #[error("does not belong to the chain")]
    Stranger,
    /// Its issuer, by name, did not sign it.
    #[error("is not signed by its issuer")]
    BadSignature,
    /// It is signed over MD2, MD5 or SHA-1.
    #[error("has a weak signature ({0})")]
    WeakSignature(Oid),
    /// It is signed by an algorithm that is not supported.
    #[error("has an unsupported signature ({0})")]
    UnsupportedSignature(Oid),
    /// Its key is not supported.
    #[error("has an unsupported key: {0}")]
    UnsupportedKey(KeyError),
    /// SM2 keys and keys of other families are in one chain.
    #[error("mixes SM2 with other keys in one chain")]
    MixedFamilies,
    /// Its `basicConstraints` do not say that it is a CA.
    #[error("is not a CA")]
    NotACa,
    /// Its `keyUsage` lacks `keyCertSign`.
    #[error("may not sign certificates")]
    NoKeyCertSign,
    /// It has no subject, which those below it could name (RFC 5280 §4.1.2.4).
    #[error("has no subject")]
    Nameless,
    /// It is not valid yet.
    #[error("is not valid yet")]
    NotYetValid,
    /// It is not valid any more.
    #[error("has expired")]
    Expired,
    /// More CAs are below it than its `pathLenConstraint` allows.
    #[error("does not allow so many CAs below it")]
    PathTooLong,
    /// It has a critical extension that is not processed.
    #[error("has the unknown critical extension {0}")]
    UnknownCriticalExtension(Oid),
    /// It breaks the name constraints of one above it.
    #[error("breaks the name constraints above it: {0}")]
    NameConstraints(Violation),
}

/// Orders `pool` into the chain of `certificate`, nearest issuer first, and verifies it at `now` to its last member,
/// which may or may not be a root. `certificate` is taken for a CA's if it says so, and then counts as one in path
/// lengths; its own validity, key and constraints are not looked at. An empty pool is an empty chain.
///
/// # Errors
/// [`ChainError`] naming the certificate at fault.
pub fn build(
    certificate: &Certificate,
    pool: Vec<Certificate>,
    now: UnixTime,
) -> Result<Vec<Certificate>, ChainError> {
    if pool.len() > MAX_CHAIN {
        return Err(ChainError::new(certificate, ChainProblem::TooLong));
    }
    let chain = order(certificate, pool)?;
    verify::verify(certificate, &chain, now)?;
    Ok(chain)
}

impl ChainError {
    fn new(certificate: &Certificate, problem: ChainProblem) -> Self {
        Self { subject: certificate.subject().clone(), problem }
    }
}

/// Follows issuers through `pool` until it is used up.
fn order(
    certificate: &Certificate,
    mut pool: Vec<Certificate>,
) -> Result<Vec<Certificate>, ChainError> {
    let mut chain: Vec<Certificate> = Vec::with_capacity(pool.len());
    while let Some(any_left) = pool.first() {
        let current = chain.last().unwrap_or(certificate);
        if verify::is_self_signed(current) {
            return Err(ChainError::new(any_left, ChainProblem::Stranger));
        }
        let by_name = |issuer: &Certificate| issuer.subject().matches(current.issuer());
        if !pool.iter().any(by_name) {
            return Err(ChainError::new(any_left, ChainProblem::Stranger));
        }
        let signed_current =
            |issuer: &Certificate| by_name(issuer) && verify::is_signed_by(current, issuer);
        let Some(position) = pool.iter().position(signed_current) else {
            // Say what keeps the likeliest issuer from having signed it.
            let issuer = pool.iter().find(|issuer| by_name(issuer)).unwrap_or(any_left);
            return Err(verify::why_not_signed_by(current, issuer));
        };
        let issuer = pool.remove(position);
        chain.push(issuer);
    }
    Ok(chain)
}
