//! The fields that both calls have.

use pki::DistinguishedName;
use pki::workspace::TransactionId;
use serde::Deserialize;
use x509::key::KeyAlgorithm;

use crate::choice::choice;
use crate::json::Object;
use crate::parameter::{BadParameter, required, required_line};

/// Kinds of keys.
const KEY_ALGORITHMS: [(&str, KeyAlgorithm); 2] =
    [("RSA-2048", KeyAlgorithm::Rsa2048), ("RSA-3072", KeyAlgorithm::Rsa3072)];

/// A distinguished name in a request: all six parts are mandatory.
#[derive(Deserialize)]
pub(super) struct Subject {
    common_name: Option<String>,
    country: Option<String>,
    state: Option<String>,
    locality: Option<String>,
    organization: Option<String>,
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
