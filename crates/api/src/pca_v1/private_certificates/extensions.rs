//! The extensions that a request may ask for, as Private CA writes them.

use std::net::IpAddr;

use axum::http::StatusCode;
use pki::certificate;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use x509::{GeneralName, Oid, oid};

use crate::choice::choice;
use crate::json::Object;
use crate::parameter::{BadParameter, bounded, given, required};
use crate::pca_v1::Error;
use crate::schema;

/// How many alternative names a request may have.
const MOST_NAMES: usize = 20;

/// A kind of alternative name.
#[derive(Clone, Copy)]
enum Kind {
    Dns,
    Email,
    Ip,
    Uri,
}

const KINDS: [(&str, Kind); 4] =
    [("DNS", Kind::Dns), ("IP", Kind::Ip), ("EMAIL", Kind::Email), ("URI", Kind::Uri)];

/// An alternative name in a request.
#[derive(Deserialize, ToSchema)]
pub(super) struct AlternativeName {
    #[schema(required, schema_with = kind_words)]
    r#type: Option<String>,
    #[schema(required, schema_with = schema::text::<256>)]
    value: Option<String>,
}

fn kind_words() -> RefOr<Schema> {
    schema::one_of(&KINDS)
}

/// At most twenty names, each of its kind.
pub(super) fn alternative_names(
    names: Option<Vec<Object<AlternativeName>>>,
) -> Result<Vec<GeneralName>, Error> {
    const FIELD: &str = "subject_alternative_names";
    let names = names.unwrap_or_default();
    if names.len() > MOST_NAMES {
        let problem = format!("it must have at most {MOST_NAMES} names");
        return Err(BadParameter::new(FIELD, problem).into());
    }
    let placed = names.into_iter().enumerate();
    placed.map(|(i, Object(name))| name.parse(&format!("{FIELD}[{i}]"))).collect()
}

impl AlternativeName {
    /// The name at `path` in the request.
    fn parse(self, path: &str) -> Result<GeneralName, Error> {
        let kind = required(&format!("{path}.type"), self.r#type)?;
        let kind = choice(&format!("{path}.type"), &kind, &KINDS)?;
        let field = format!("{path}.value");
        let refuse = |problem: String| {
            BadParameter::new(field.clone(), problem)
                .into_code(StatusCode::BAD_REQUEST, kind.refusal())
        };
        let value = required(&field, self.value)
            .and_then(|value| bounded(&field, value, kind.longest()))
            .map_err(|bad| refuse(bad.problem))?;
        let name = match kind {
            Kind::Dns => GeneralName::parse_dns(&value).ok(),
            Kind::Email => GeneralName::parse_email(&value).ok(),
            Kind::Ip => value.parse::<IpAddr>().ok().map(GeneralName::Ip),
            Kind::Uri => GeneralName::parse_uri(&value).ok(),
        };
        name.ok_or_else(|| refuse(kind.rule().to_owned()))
    }
}

impl Kind {
    fn longest(self) -> usize {
        match self {
            Self::Dns | Self::Uri => 253,
            Self::Email => 256,
            Self::Ip => 39,
        }
    }

    /// The code of a value that is no name of this kind.
    fn refusal(self) -> &'static str {
        match self {
            Self::Dns => "PCA.00020110",
            Self::Ip => "PCA.00020111",
            Self::Email | Self::Uri => "PCA.00020001",
        }
    }

    /// What such a name is, for who sent none.
    fn rule(self) -> &'static str {
        match self {
            Self::Dns => {
                "it must be a DNS name in ASCII (xn-- for other letters); a wildcard is its whole \
                 first label"
            }
            Self::Email => "it must be an e-mail address in ASCII, local@domain",
            Self::Ip => "it must be an IPv4 or IPv6 address",
            Self::Uri => "it must be an absolute URI in ASCII",
        }
    }
}

/// The extended usages in a request; those that are `false` or missing are none.
#[derive(Deserialize, ToSchema)]
pub(super) struct ExtendedKeyUsage {
    #[schema(schema_with = schema::optional_flag)]
    server_auth: Option<bool>,
    #[schema(schema_with = schema::optional_flag)]
    client_auth: Option<bool>,
    #[schema(schema_with = schema::optional_flag)]
    code_signing: Option<bool>,
    #[schema(schema_with = schema::optional_flag)]
    email_protection: Option<bool>,
    #[schema(schema_with = schema::optional_flag)]
    time_stamping: Option<bool>,
    #[schema(schema_with = schema::optional_flag)]
    smart_card_logon: Option<bool>,
}

impl ExtendedKeyUsage {
    /// The purposes that are asked for.
    pub(super) fn purposes(self) -> Vec<Oid> {
        [
            (self.server_auth, oid::SERVER_AUTH),
            (self.client_auth, oid::CLIENT_AUTH),
            (self.code_signing, oid::CODE_SIGNING),
            (self.email_protection, oid::EMAIL_PROTECTION),
            (self.time_stamping, oid::TIME_STAMPING),
            (self.smart_card_logon, oid::SMART_CARD_LOGON),
        ]
        .into_iter()
        .filter_map(|(asked, purpose)| asked.unwrap_or_default().then_some(purpose))
        .collect()
    }
}

/// An extension of the user's own. Clients send two empty texts where they mean none.
#[derive(Deserialize, ToSchema)]
pub(super) struct CustomizedExtension {
    #[schema(schema_with = schema::optional_any_text)]
    object_identifier: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    value: Option<String>,
}

impl CustomizedExtension {
    /// The extension, if there is to be one.
    pub(super) fn parse(self) -> Result<Option<certificate::CustomizedExtension>, Error> {
        let (identifier, value) = match (given(self.object_identifier), given(self.value)) {
            (None, None) => return Ok(None),
            (identifier, value) => (
                required("customized_extension.object_identifier", identifier)?,
                required("customized_extension.value", value)?,
            ),
        };
        Ok(Some(certificate::CustomizedExtension::new(&identifier, &value)?))
    }
}
