//! Reading CRLs.

use super::{MAX_REVOCATION_LIST, RevocationList, RevokedCertificate};
use crate::{
    der::{DerError, Reader, tag},
    error::{ParseError, Part},
    extension::{
        AuthorityKeyIdentifier, CrlNumber, Extension, ExtensionValue, IssuingDistributionPoint,
        read_extensions,
    },
    name::Name,
    oid,
    signed::Signed,
    time::UnixTime,
};

/// Reads a whole CRL (RFC 5280 §5.1).
pub(super) fn read(der: &[u8]) -> Result<RevocationList, ParseError> {
    if der.len() > MAX_REVOCATION_LIST {
        return Err(ParseError::TooLarge { limit: MAX_REVOCATION_LIST });
    }
    let signed = Signed::from_der(der).part("CRL")?;
    let mut outer = Reader::new(signed.to_be_signed());
    let mut fields = outer.nested(tag::SEQUENCE).part("CRL")?;

    // Version 1 has no version field.
    if fields.unsigned().part("version")? != [1] {
        return Err(DerError::Value).part("version");
    }
    let algorithm = fields.any().part("signature")?;
    if algorithm.encoded != signed.algorithm_identifier() {
        return Err(ParseError::AlgorithmsDiffer);
    }
    let issuer = fields.any().and_then(|issuer| Name::from_der(issuer.encoded)).part("issuer")?;
    let this_update = fields.any().and_then(UnixTime::from_element).part("thisUpdate")?;
    let next_update = match fields.peek() {
        Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => {
            Some(fields.any().and_then(UnixTime::from_element).part("nextUpdate")?)
        }
        _ => None,
    };
    let revoked = read_revoked(&mut fields)?;
    let extensions = read_list_extensions(&mut fields)?;
    fields.finish().part("CRL")?;

    let mut list = RevocationList {
        issuer,
        this_update,
        next_update,
        revoked,
        extensions: Vec::new(),
        authority_key_identifier: None,
        number: None,
        distribution_point: None,
        signed,
    };
    for Extension { oid, critical, value } in &extensions {
        if *oid == oid::AUTHORITY_KEY_IDENTIFIER {
            let read = AuthorityKeyIdentifier::from_der(value).part("authorityKeyIdentifier")?;
            list.authority_key_identifier = Some(read);
        } else if *oid == oid::CRL_NUMBER {
            list.number = Some(CrlNumber::from_der(value).part("cRLNumber")?);
        } else if *oid == oid::ISSUING_DISTRIBUTION_POINT
            && let Ok(point) = IssuingDistributionPoint::from_der(value)
        {
            list.distribution_point = Some(point);
        } else if *critical {
            return Err(ParseError::UnknownCriticalExtension(oid.clone()));
        }
    }
    Ok(RevocationList { extensions, ..list })
}

fn read_revoked(fields: &mut Reader<'_>) -> Result<Vec<RevokedCertificate>, ParseError> {
    let Some(mut list) = fields.optional(tag::SEQUENCE).part("revokedCertificates")? else {
        return Ok(Vec::new());
    };
    let mut revoked = Vec::new();
    while !list.is_empty() {
        revoked.push(RevokedCertificate::read(&mut list)?);
    }
    if revoked.is_empty() {
        return Err(DerError::Value).part("revokedCertificates");
    }
    Ok(revoked)
}

fn read_list_extensions(fields: &mut Reader<'_>) -> Result<Vec<Extension>, ParseError> {
    let Some(mut wrapper) = fields.optional(tag::context_constructed(0)).part("extensions")? else {
        return Ok(Vec::new());
    };
    let sequence = wrapper.nested(tag::SEQUENCE).part("extensions")?;
    wrapper.finish().part("extensions")?;
    read_extensions(sequence)
}
