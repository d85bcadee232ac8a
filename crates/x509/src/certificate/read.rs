//! Reading certificates.

use super::{Certificate, MAX_CERTIFICATE, Version};
use crate::{
    der::{DerError, Reader, tag},
    error::{ParseError, Part},
    extension::{Extension, Recognized, read_extensions},
    key::PublicKey,
    name::Name,
    serial::SerialNumber,
    signed::Signed,
    time::UnixTime,
};

/// Reads a whole certificate (RFC 5280 §4.1).
pub(super) fn read(der: &[u8]) -> Result<Certificate, ParseError> {
    if der.len() > MAX_CERTIFICATE {
        return Err(ParseError::TooLarge { limit: MAX_CERTIFICATE });
    }
    let signed = Signed::from_der(der).part("certificate")?;
    let mut outer = Reader::new(signed.to_be_signed());
    let mut fields = outer.nested(tag::SEQUENCE).part("certificate")?;

    let version = read_version(&mut fields).part("version")?;
    let serial = SerialNumber::read(&mut fields).part("serialNumber")?;
    let algorithm = fields.any().part("signature")?;
    if algorithm.encoded != signed.algorithm_identifier() {
        return Err(ParseError::AlgorithmsDiffer);
    }
    let issuer = read_name(&mut fields).part("issuer")?;
    let (not_before, not_after) = read_validity(&mut fields).part("validity")?;
    let subject = read_name(&mut fields).part("subject")?;
    let public_key = fields.any().part("subjectPublicKeyInfo")?;
    if public_key.tag != tag::SEQUENCE {
        return Err(DerError::Tag(public_key.tag)).part("subjectPublicKeyInfo");
    }
    let public_key = PublicKey::from_spki_der(public_key.encoded);
    if version != Version::V1 {
        // issuerUniqueID and subjectUniqueID.
        for unique_id in [tag::context(1), tag::context(2)] {
            fields.optional(unique_id).part("unique identifiers")?;
        }
    }
    let extensions = match version {
        Version::V1 | Version::V2 => Vec::new(),
        Version::V3 => read_version_3_extensions(&mut fields)?,
    };
    fields.finish().part("certificate")?;

    let recognized = Recognized::read(&extensions)?;
    Ok(Certificate {
        version,
        serial,
        issuer,
        subject,
        not_before,
        not_after,
        public_key,
        extensions,
        recognized,
        signed,
    })
}

fn read_version(fields: &mut Reader<'_>) -> Result<Version, DerError> {
    let Some(mut version) = fields.optional(tag::context_constructed(0))? else {
        return Ok(Version::V1);
    };
    let number = version.unsigned()?;
    version.finish()?;
    match number {
        [1] => Ok(Version::V2),
        [2] => Ok(Version::V3),
        _ => Err(DerError::Value),
    }
}

fn read_name(fields: &mut Reader<'_>) -> Result<Name, DerError> {
    Name::from_der(fields.any()?.encoded)
}

fn read_validity(fields: &mut Reader<'_>) -> Result<(UnixTime, UnixTime), DerError> {
    let mut validity = fields.nested(tag::SEQUENCE)?;
    let not_before = UnixTime::from_element(validity.any()?)?;
    let not_after = UnixTime::from_element(validity.any()?)?;
    validity.finish()?;
    Ok((not_before, not_after))
}

fn read_version_3_extensions(fields: &mut Reader<'_>) -> Result<Vec<Extension>, ParseError> {
    let Some(mut wrapper) = fields.optional(tag::context_constructed(3)).part("extensions")? else {
        return Ok(Vec::new());
    };
    let sequence = wrapper.nested(tag::SEQUENCE).part("extensions")?;
    wrapper.finish().part("extensions")?;
    let extensions = read_extensions(sequence)?;
    if extensions.is_empty() {
        return Err(DerError::Value).part("extensions");
    }
    Ok(extensions)
}
