//! How one authority signs another, from the fields that create and activate share.

use pki::authority::Issuance;

use crate::choice::choice;
use crate::parameter::{BadParameter, required};
use crate::pca_v1::words::HASHES;
use crate::pca_v1::{Error, authority_id, validity};

/// The fields of a request that describe an issuance.
pub(super) struct IssuanceFields {
    pub(super) issuer_id: Option<String>,
    pub(super) signature_algorithm: Option<String>,
    pub(super) validity: Option<validity::Request>,
    pub(super) path_length: Option<i64>,
}

impl TryFrom<IssuanceFields> for Issuance {
    type Error = Error;

    fn try_from(fields: IssuanceFields) -> Result<Self, Error> {
        let issuer = required("issuer_id", fields.issuer_id)?;
        let hash = required("signature_algorithm", fields.signature_algorithm)?;
        Ok(Self {
            issuer: authority_id("issuer_id", &issuer)?,
            hash: choice("signature_algorithm", &hash, &HASHES)?,
            validity: required("validity", fields.validity)?.try_into()?,
            path_length: path_length(fields.path_length)?,
        })
    }
}

/// 0 to 6, by default 0.
fn path_length(value: Option<i64>) -> Result<u8, BadParameter> {
    u8::try_from(value.unwrap_or(0))
        .ok()
        .filter(|length| *length <= 6)
        .ok_or_else(|| BadParameter::new("path_length", "it must be 0 to 6"))
}
