//! The distinguished name, as Private CA writes it.

use pki::DistinguishedName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::parameter::{BadParameter, given, required_line};
use crate::schema;

/// A distinguished name in a request: all six parts are mandatory.
#[derive(Deserialize, ToSchema)]
pub(super) struct Request {
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

impl TryFrom<Request> for DistinguishedName {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        Ok(Self {
            common_name: part("common_name", request.common_name, 64, Asterisk::Allowed)?,
            country: country(request.country)?,
            state: part("state", request.state, 128, Asterisk::Refused)?,
            locality: part("locality", request.locality, 128, Asterisk::Refused)?,
            organization: part("organization", request.organization, 64, Asterisk::Refused)?,
            organizational_unit: part(
                "organizational_unit",
                request.organizational_unit,
                64,
                Asterisk::Refused,
            )?,
        })
    }
}

/// A distinguished name in a request for a certificate: the common name is mandatory, what else is
/// missing or empty comes from its issuer.
#[derive(Deserialize, ToSchema)]
pub(super) struct PartialRequest {
    #[schema(required, schema_with = schema::line::<64>)]
    common_name: Option<String>,
    #[schema(schema_with = optional_country_letters)]
    country: Option<String>,
    #[schema(schema_with = schema::optional_line::<128>)]
    state: Option<String>,
    #[schema(schema_with = schema::optional_line::<128>)]
    locality: Option<String>,
    #[schema(schema_with = schema::optional_line::<64>)]
    organization: Option<String>,
    #[schema(schema_with = schema::optional_line::<64>)]
    organizational_unit: Option<String>,
}

impl TryFrom<PartialRequest> for DistinguishedName {
    type Error = BadParameter;

    fn try_from(request: PartialRequest) -> Result<Self, BadParameter> {
        let optional = |name: &str, value: Option<String>, longest: usize| {
            given(value).map_or(Ok(String::new()), |value| {
                part(name, Some(value), longest, Asterisk::Refused)
            })
        };
        Ok(Self {
            common_name: part("common_name", request.common_name, 64, Asterisk::Allowed)?,
            country: given(request.country)
                .map_or(Ok(String::new()), |value| country(Some(value)))?,
            state: optional("state", request.state, 128)?,
            locality: optional("locality", request.locality, 128)?,
            organization: optional("organization", request.organization, 64)?,
            organizational_unit: optional("organizational_unit", request.organizational_unit, 64)?,
        })
    }
}

/// Whether a part may have an asterisk: only the common name may.
#[derive(Clone, Copy, PartialEq)]
enum Asterisk {
    Allowed,
    Refused,
}

/// One part: letters, digits, Han characters and a few signs.
fn part(
    name: &str,
    value: Option<String>,
    longest: usize,
    asterisk: Asterisk,
) -> Result<String, BadParameter> {
    let field = format!("distinguished_name.{name}");
    let value = required_line(&field, value, longest)?;
    let is_allowed = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '-' | '_' | ' ' | '.' | ',')
            || (c == '*' && asterisk == Asterisk::Allowed)
            || is_han(c)
    };
    match value.chars().find(|c| !is_allowed(*c)) {
        Some(c) => Err(BadParameter::new(field, format!("the character {c:?} is not allowed"))),
        None if value.trim().is_empty() => {
            Err(BadParameter::new(field, "it has nothing but spaces"))
        }
        None => Ok(value),
    }
}

fn country_letters() -> RefOr<Schema> {
    schema::matching("^[A-Za-z]{2}$")
}

fn optional_country_letters() -> RefOr<Schema> {
    schema::optional_matching("^([A-Za-z]{2})?$")
}

/// Two English letters; their case is kept.
fn country(value: Option<String>) -> Result<String, BadParameter> {
    let field = "distinguished_name.country";
    let value = required_line(field, value, 2)?;
    if value.len() == 2 && value.bytes().all(|c| c.is_ascii_alphabetic()) {
        Ok(value)
    } else {
        Err(BadParameter::new(field, "it must be two English letters"))
    }
}

/// Whether `c` is a Han character: the unified ideographs with their extensions, and the
/// compatibility ideographs.
fn is_han(c: char) -> bool {
    matches!(
        c,
        '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{323af}'
            | '\u{3005}'
            | '\u{3007}'
    )
}

/// A distinguished name in an answer: all six parts are there.
#[derive(Serialize, ToSchema)]
pub(super) struct Answer {
    common_name: String,
    country: String,
    state: String,
    locality: String,
    organization: String,
    organizational_unit: String,
}

impl From<DistinguishedName> for Answer {
    fn from(name: DistinguishedName) -> Self {
        Self {
            common_name: name.common_name,
            country: name.country,
            state: name.state,
            locality: name.locality,
            organization: name.organization,
            organizational_unit: name.organizational_unit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_han_and_a_few_signs_are_allowed() {
        for text in ["a-Z_0 .,", "北京", "*.example.com"] {
            assert!(part("x", Some(text.to_owned()), 64, Asterisk::Allowed).is_ok(), "{text}");
        }
        for text in ["a+b", "é", "😀", "a/b", "a=b", "a\"", "a\0", " ", "", "あ"] {
            assert!(part("x", Some(text.to_owned()), 64, Asterisk::Allowed).is_err(), "{text}");
        }
        assert!(part("x", Some("*".to_owned()), 64, Asterisk::Refused).is_err());
    }

    #[test]
    fn the_country_keeps_its_case() {
        assert_eq!(country(Some("cn".to_owned())).as_deref(), Ok("cn"));
        for text in ["c", "cnn", "c1", "北京", "北"] {
            assert!(country(Some(text.to_owned())).is_err(), "{text}");
        }
    }
}
