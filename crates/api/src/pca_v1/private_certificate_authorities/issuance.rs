//! How one authority signs another, from the fields that create and activate share.

use ledger::CaId;
use pki::authority::Issuance;
use pki::validity::Validity;
use x509::key::HashAlgorithm;

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

/// What of an issuance is given, each part well formed by itself.
pub(super) struct GivenIssuance {
    pub(super) issuer: Option<CaId>,
    pub(super) hash: Option<HashAlgorithm>,
    pub(super) validity: Option<Validity>,
    path_length: u8,
}

impl TryFrom<IssuanceFields> for GivenIssuance {
    type Error = Error;

    fn try_from(fields: IssuanceFields) -> Result<Self, Error> {
        let issuer = fields.issuer_id.map(|id| authority_id("issuer_id", &id));
        let hash = fields.signature_algorithm;
        let hash = hash.map(|hash| choice("signature_algorithm", &hash, &HASHES));
        Ok(Self {
            issuer: issuer.transpose()?,
            hash: hash.transpose()?,
            validity: fields.validity.map(Validity::try_from).transpose()?,
            path_length: path_length(fields.path_length)?,
        })
    }
}

impl TryFrom<GivenIssuance> for Issuance {
    type Error = BadParameter;

    fn try_from(given: GivenIssuance) -> Result<Self, BadParameter> {
        Ok(Self {
            issuer: required("issuer_id", given.issuer)?,
            hash: required("signature_algorithm", given.hash)?,
            validity: required("validity", given.validity)?,
            path_length: given.path_length,
        })
    }
}

/// 0 to 6, by default 0.
pub(in crate::pca_v1) fn path_length(value: Option<i64>) -> Result<u8, BadParameter> {
    u8::try_from(value.unwrap_or(0))
        .ok()
        .filter(|length| *length <= 6)
        .ok_or_else(|| BadParameter::new("path_length", "it must be 0 to 6"))
}
