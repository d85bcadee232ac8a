//! The fields that several calls have.

use pki::DistinguishedName;
use pki::workspace::TransactionId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use x509::key::{HashAlgorithm, KeyAlgorithm};

use crate::choice::choice;
use crate::json::Object;
use crate::parameter::{BadParameter, required, required_line};
use crate::schema;

/// Kinds of keys.
pub(super) const KEY_ALGORITHMS: [(&str, KeyAlgorithm); 2] =
    [("RSA-2048", KeyAlgorithm::Rsa2048), ("RSA-3072", KeyAlgorithm::Rsa3072)];

/// Hashes of signatures.
pub(super) const HASHES: [(&str, HashAlgorithm); 2] =
    [("SHA-256", HashAlgorithm::Sha256), ("SHA-512", HashAlgorithm::Sha512)];

/// A distinguished name in a request: all six parts are mandatory.
#[derive(Deserialize, ToSchema)]
pub(super) struct Subject {
    #[schema(required, schema_with = schema::line::<64>)]
    common_name: Option<String>,
    #[schema(required, schema_with = country_letters)]
    country: Option<String>,
    #[schema(required, schema_with = schema::line::<128>)]
    state: Option<String>,
    #[schema(required, schema_with = schema::line::<128>)]
    locality: Option<String>,
    #[schema(required, schema_with = schema::line::<64>)]
    organization: Option<String>,
    #[schema(required, schema_with = schema::line::<64>)]
    organizational_unit: Option<String>,
}

pub(super) fn subject(value: Option<Object<Subject>>) -> Result<DistinguishedName, BadParameter> {
    let Object(subject) = required("distinguished_name", value)?;
    let part = |name: &str, value, longest| {
        required_line(&format!("distinguished_name.{name}"), value, longest)
    };
    Ok(DistinguishedName {
        common_name: part("common_name", subject.common_name, 64)?,
        country: country(subject.country)?,
        state: part("state", subject.state, 128)?,
        locality: part("locality", subject.locality, 128)?,
        organization: part("organization", subject.organization, 64)?,
        organizational_unit: part("organizational_unit", subject.organizational_unit, 64)?,
    })
}

/// Two upper-case letters.
fn country(value: Option<String>) -> Result<String, BadParameter> {
    let field = "distinguished_name.country";
    let value = required(field, value)?;
    if value.len() == 2 && value.bytes().all(|c| c.is_ascii_uppercase()) {
        Ok(value)
    } else {
        Err(BadParameter::new(field, "it must be two upper-case letters"))
    }
}

pub(super) fn key_algorithm(value: Option<String>) -> Result<KeyAlgorithm, BadParameter> {
    choice("key_algorithm", &required("key_algorithm", value)?, &KEY_ALGORITHMS)
}

pub(super) fn transaction(value: Option<String>) -> Result<TransactionId, BadParameter> {
    let text = required("transaction_id", value)?;
    text.parse().map_err(|_| {
        let problem = "it must be 1 to 64 letters, digits, dots, underscores or hyphens";
        BadParameter::new("transaction_id", problem)
    })
}

fn country_letters() -> RefOr<Schema> {
    schema::matching("^[A-Z]{2}$")
}

/// The schema of [`key_algorithm`].
pub(super) fn key_algorithm_schema() -> RefOr<Schema> {
    schema::one_of(&KEY_ALGORITHMS)
}

/// The schema of [`transaction`].
pub(super) fn transaction_schema() -> RefOr<Schema> {
    schema::matching("^[A-Za-z0-9._-]{1,64}$")
}
