//! Verifying a chain that is in order.

use super::{ChainError, ChainProblem};
use crate::{
    certificate::Certificate,
    extension::KeyUsage,
    key::{KeyFamily, PublicKey},
    time::UnixTime,
};

/// Whether `certificate` is signed by `issuer`'s key.
pub(super) fn is_signed_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    issuer.public_key().is_ok_and(|key| certificate.verify_signed_by(key).is_ok())
}

/// Whether `certificate` is a root: issued to itself by its own key.
pub(super) fn is_self_signed(certificate: &Certificate) -> bool {
    certificate.is_self_issued() && is_signed_by(certificate, certificate)
}

/// Why `certificate` does not verify with the key of its issuer by name.
pub(super) fn why_not_signed_by(certificate: &Certificate, issuer: &Certificate) -> ChainError {
    if let Err(error) = check_signature_algorithm(certificate) {
        return error;
    }
    match issuer.public_key() {
        Err(key) => ChainError::new(issuer, ChainProblem::UnsupportedKey(key.clone())),
        Ok(_) => ChainError::new(certificate, ChainProblem::BadSignature),
    }
}

/// Verifies what [`super::order`] has not: everything but the signatures from link to link.
pub(super) fn verify(
    certificate: &Certificate,
    chain: &[Certificate],
    now: UnixTime,
) -> Result<(), ChainError> {
    check_form(certificate)?;
    let mut cas_below = usize::from(certificate.is_ca() && !certificate.is_self_issued());
    for member in chain {
        check_form(member)?;
        check_issuer(member, now)?;
        check_path_length(member, cas_below)?;
        cas_below += usize::from(!member.is_self_issued());
    }
    if let Some(last) = chain.last().filter(|last| last.is_self_issued())
        && !is_self_signed(last)
    {
        return Err(ChainError::new(last, ChainProblem::BadSignature));
    }
    check_families(certificate, chain)?;
    check_name_constraints(certificate, chain)
}

/// Checks what holds for the certificate and the members of its chain alike.
fn check_form(certificate: &Certificate) -> Result<(), ChainError> {
    check_signature_algorithm(certificate)?;
    match certificate.unknown_critical_extension() {
        Some(oid) => {
            let problem = ChainProblem::UnknownCriticalExtension(oid.clone());
            Err(ChainError::new(certificate, problem))
        }
        None => Ok(()),
    }
}

fn check_signature_algorithm(certificate: &Certificate) -> Result<(), ChainError> {
    let oid = certificate.signature_algorithm_oid();
    let problem = if certificate.has_weak_signature() {
        ChainProblem::WeakSignature(oid.clone())
    } else if certificate.signature_algorithm().is_none() {
        ChainProblem::UnsupportedSignature(oid.clone())
    } else {
        return Ok(());
    };
    Err(ChainError::new(certificate, problem))
}

/// Checks that `member` may issue certificates at `now` (RFC 5280 §6.1.4 (k), (n), §6.1.3 (a)).
fn check_issuer(member: &Certificate, now: UnixTime) -> Result<(), ChainError> {
    let signs = |usage: KeyUsage| usage.contains(KeyUsage::KEY_CERT_SIGN);
    let problem = if let Err(key) = member.public_key() {
        ChainProblem::UnsupportedKey(key.clone())
    } else if !member.is_ca() {
        ChainProblem::NotACa
    } else if !member.key_usage().is_none_or(signs) {
        ChainProblem::NoKeyCertSign
    } else if member.subject().is_empty() {
        ChainProblem::Nameless
    } else if now < member.not_before() {
        ChainProblem::NotYetValid
    } else if now > member.not_after() {
        ChainProblem::Expired
    } else {
        return Ok(());
    };
    Err(ChainError::new(member, problem))
}

/// Checks `pathLenConstraint` (RFC 5280 §4.2.1.9). Self-issued certificates do not count.
fn check_path_length(member: &Certificate, cas_below: usize) -> Result<(), ChainError> {
    let limit = member.basic_constraints().and_then(|constraints| constraints.path_len());
    match limit {
        Some(limit) if cas_below > usize::from(limit) => {
            Err(ChainError::new(member, ChainProblem::PathTooLong))
        }
        _ => Ok(()),
    }
}

/// SM2 keys and others do not mix: few programs could verify such a chain.
fn check_families(certificate: &Certificate, chain: &[Certificate]) -> Result<(), ChainError> {
    let is_sm2 = |key: &PublicKey| key.algorithm().family() == KeyFamily::Sm2;
    let Ok(expected) = certificate.public_key().map(is_sm2) else { return Ok(()) };
    match chain.iter().find(|member| member.public_key().map(is_sm2) != Ok(expected)) {
        Some(member) => Err(ChainError::new(member, ChainProblem::MixedFamilies)),
        None => Ok(()),
    }
}

/// Applies each member's name constraints to all below it, but not to self-issued members (RFC 5280 §6.1.3 (b)).
fn check_name_constraints(
    certificate: &Certificate,
    chain: &[Certificate],
) -> Result<(), ChainError> {
    for (index, member) in chain.iter().enumerate() {
        let Some(constraints) = member.name_constraints() else { continue };
        let between = chain.iter().take(index).filter(|below| !below.is_self_issued());
        for below in std::iter::once(certificate).chain(between) {
            constraints.permits(below.subject(), below.subject_alt_names()).map_err(
                |violation| ChainError::new(below, ChainProblem::NameConstraints(violation)),
            )?;
        }
    }
    Ok(())
}
