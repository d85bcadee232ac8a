//! What a CRL is to be, as Workspace writes it.

use axum::http::Uri;
use pki::crl::{CrlAddress, CrlConfiguration as Parsed};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::choice::choice;
use crate::json::Object;
use crate::parameter::{BadParameter, bounded, given, required};
use crate::schema;

/// The longest address, in characters.
const URL_LENGTH: usize = 1024;
/// The most days that a CRL may be good for.
const MOST_DAYS: i64 = 365;
/// For how many days it is where nobody needs to say.
const USUAL_DAYS: u32 = 7;

/// Who chooses the address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Custom,
    System,
}

const KINDS: [(&str, Kind); 2] = [("SYSTEM", Kind::System), ("CUSTOMIZE", Kind::Custom)];

/// A configuration in a request. Only what is enabled has to be complete.
#[derive(Deserialize, ToSchema)]
pub(super) struct CrlConfiguration {
    #[schema(required, schema_with = enable)]
    enable: Option<bool>,
    #[schema(schema_with = kind)]
    r#type: Option<String>,
    #[schema(schema_with = schema::optional_text::<URL_LENGTH>)]
    crl_url: Option<String>,
    #[schema(schema_with = days)]
    valid_day: Option<i64>,
}

fn enable() -> RefOr<Schema> {
    <bool as utoipa::PartialSchema>::schema()
}

fn kind() -> RefOr<Schema> {
    schema::optional_one_of(&KINDS)
}

fn days() -> RefOr<Schema> {
    schema::optional_integer::<1, MOST_DAYS>()
}

/// A configuration in an answer.
#[derive(Serialize, ToSchema)]
pub(super) struct Answer {
    enable: bool,
    r#type: &'static str,
    /// Only an address that the account's people chose: the service serves no CRLs yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    crl_url: Option<String>,
    valid_day: u32,
}

impl From<Parsed> for Answer {
    fn from(configuration: Parsed) -> Self {
        let (r#type, crl_url) = match configuration.address {
            CrlAddress::Custom(url) => ("CUSTOMIZE", Some(url)),
            // Only Private CA publishes in buckets.
            CrlAddress::Bucket(_) | CrlAddress::System => ("SYSTEM", None),
        };
        let valid_day = configuration.valid_days;
        Self { enable: configuration.enabled, r#type, crl_url, valid_day }
    }
}

/// The configuration that a request asks for.
pub(super) fn parse(Object(request): Object<CrlConfiguration>) -> Result<Parsed, BadParameter> {
    let enabled = required("crl_configuration.enable", request.enable)?;
    let kind = match given(request.r#type) {
        Some(word) => choice("crl_configuration.type", &word, &KINDS)?,
        None if enabled => required("crl_configuration.type", None)?,
        None => Kind::System,
    };
    let address = match (kind, given(request.crl_url)) {
        (Kind::System, None) => CrlAddress::System,
        (Kind::System, Some(_)) => {
            let problem = "it goes with the type CUSTOMIZE only";
            return Err(BadParameter::new("crl_configuration.crl_url", problem));
        }
        (Kind::Custom, url) => CrlAddress::Custom(address(url)?),
    };
    let valid_days = match request.valid_day {
        Some(days) => valid_days(days)?,
        None if enabled => required("crl_configuration.valid_day", None)?,
        None => USUAL_DAYS,
    };
    Ok(Parsed { enabled, address, valid_days })
}

/// An address that clients can fetch a CRL from.
fn address(url: Option<String>) -> Result<String, BadParameter> {
    const FIELD: &str = "crl_configuration.crl_url";
    let url = url.ok_or_else(|| {
        BadParameter::new(FIELD, "it is mandatory with the type CUSTOMIZE and missing")
    })?;
    let url = bounded(FIELD, url, URL_LENGTH)?;
    let fits = url.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    if fits && url.is_ascii() {
        Ok(url)
    } else {
        Err(BadParameter::new(FIELD, "it must be an http:// or https:// address"))
    }
}

fn valid_days(days: i64) -> Result<u32, BadParameter> {
    let days = u32::try_from(days).ok().filter(|days| (1..=MOST_DAYS).contains(&i64::from(*days)));
    days.ok_or_else(|| {
        let problem = format!("it must be 1 to {MOST_DAYS} days");
        BadParameter::new("crl_configuration.valid_day", problem)
    })
}
