//! `POST /v1/private-certificates/{certificate_id}/export`

use axum::http::StatusCode;
use axum::response::Response;
use pki::certificate::{
    EncryptionKeyForm, ExportOptions, ExportedCertificate, ExportedTexts, Packaging, ServerType,
};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use x509::bundle::Password;

use crate::action::Action;
use crate::attachment::attachment;
use crate::caller::Caller;
use crate::choice::choice;
use crate::flag::{self, Flag};
use crate::json::Json;
use crate::packing::Place;
use crate::parameter::{BadParameter, required};
use crate::path::Segment;
use crate::pca_v1::{Error, certificate_id};
use crate::schema::{self, Id};
use crate::secret::{self, Secret};

/// For which programs there are files.
const SERVER_TYPES: [(&str, ServerType); 5] = [
    ("APACHE", ServerType::Apache),
    ("NGINX", ServerType::Nginx),
    ("IIS", ServerType::Iis),
    ("TOMCAT", ServerType::Tomcat),
    ("OTHER", ServerType::Other),
];

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = flag::mandatory_or_empty)]
    is_compressed: Option<Flag>,
    #[schema(required, schema_with = server_type)]
    r#type: Option<Word>,
    #[schema(schema_with = flag::optional)]
    is_sm_standard: Option<Flag>,
    #[schema(schema_with = password)]
    password: Option<Secret>,
}

/// What stands in the place of a word. What is no text has to be refused here: elsewhere `type` is
/// that of an authority, and a wrong one has another code.
#[derive(Deserialize)]
#[serde(untagged)]
enum Word {
    Text(String),
    Other(IgnoredAny),
}

#[derive(Serialize, ToSchema)]
struct Answer<'a> {
    certificate: &'a str,
    certificate_chain: &'a str,
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    private_key: Option<&'a str>,
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    enc_certificate: Option<&'a str>,
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    enc_private_key: Option<&'a str>,
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    enc_sm2_enveloped_key: Option<&'a str>,
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_and_enveloped_data: Option<&'a str>,
}

/// Hands out a certificate with its chain and the private key that was made for it, as a zip
/// archive or as texts.
#[utoipa::path(
    post,
    path = "/v1/private-certificates/{certificate_id}/export",
    operation_id = "export_certificate",
    params(("certificate_id" = inline(Id), Path)),
    request_body = inline(Request),
    responses((
        status = 200,
        description = "The texts, PEM and base64; or a zip archive, if is_compressed is true.",
        content(
            (inline(Answer) = "application/json"),
            (inline(Vec<u8>) = "application/octet-stream"),
        )
    ))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<Response, Error> {
    let id = certificate_id(&segment)?;
    let options = options(request)?;
    let pki = caller.may(Action::ExportCertificate).await?;
    let place = Place::take()?;
    let opened = pki.open_export(caller.author(), id, options).await?;
    Ok(match place.run(|| opened.pack()).await? {
        ExportedCertificate::Archive { name, octets } => attachment(&name, secret::body(octets)),
        ExportedCertificate::Texts(texts) => secret::json(&Answer::from(&texts)),
    })
}

fn options(request: Request) -> Result<ExportOptions, Error> {
    // The code of a wrong `type` is that of authorities.
    let server = required("type", request.r#type)
        .and_then(|word| match word {
            Word::Text(word) => choice("type", &word, &SERVER_TYPES),
            Word::Other(_) => choice("type", "", &SERVER_TYPES),
        })
        .map_err(|bad| bad.into_code(StatusCode::BAD_REQUEST, "PCA.00020001"))?;
    let packaging = match request.is_compressed {
        Some(Flag::On) => Packaging::Archive,
        Some(Flag::Off | Flag::Unset) => Packaging::Texts,
        None => {
            let problem = "it is mandatory and missing";
            return Err(BadParameter::new("is_compressed", problem).into());
        }
    };
    let encryption_key = match request.is_sm_standard {
        Some(Flag::On) => EncryptionKeyForm::Enveloped,
        Some(Flag::Off | Flag::Unset) | None => EncryptionKeyForm::Pem,
    };
    let password = match request.password.filter(|password| !password.0.is_empty()) {
        Some(password) => Some(
            Password::parse(&password.0)
                .map_err(|problem| BadParameter::new("password", problem.to_string()))?,
        ),
        None => None,
    };
    Ok(ExportOptions { server, packaging, encryption_key, password })
}

impl<'a> From<&'a ExportedTexts> for Answer<'a> {
    fn from(texts: &'a ExportedTexts) -> Self {
        Self {
            certificate: &texts.certificate,
            certificate_chain: &texts.certificate_chain,
            private_key: texts.private_key.as_ref().map(|key| key.as_str()),
            enc_certificate: texts.enc_certificate.as_deref(),
            enc_private_key: texts.enc_private_key.as_ref().map(|key| key.as_str()),
            enc_sm2_enveloped_key: texts.enc_sm2_enveloped_key.as_deref(),
            signed_and_enveloped_data: texts.signed_and_enveloped_data.as_deref(),
        }
    }
}

fn server_type() -> RefOr<Schema> {
    schema::one_of(&SERVER_TYPES)
}

fn password() -> RefOr<Schema> {
    schema::optional_matching("^[A-Za-z0-9,.+_#-]{0,32}$")
}
