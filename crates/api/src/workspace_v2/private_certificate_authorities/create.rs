//! `POST /v2/{project_id}/certmanager/private-certificate-authorities`

use axum::response::IntoResponse;
use ledger::Timestamp;
use pki::validity::{Validity, ValidityUnit};
use pki::workspace::NewWorkspaceAuthority;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use super::CERT_ID;
use super::crl_configuration::{self, CrlConfiguration};
use super::fields::{HASHES, Subject, key_algorithm, key_algorithm_schema, subject};
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::iso_time;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, given, required};
use crate::path::Segment;
use crate::schema::{self, Project};
use crate::workspace_v2::{Error, enter};

/// The units of a validity; Private CA's others are not offered.
const UNITS: [(&str, ValidityUnit); 1] = [("YEAR", ValidityUnit::Year)];
/// How many years at most.
const MOST_YEARS: i64 = 30;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Subject>)]
    distinguished_name: Option<Object<Subject>>,
    #[schema(required, schema_with = key_algorithm_schema)]
    key_algorithm: Option<String>,
    #[schema(required, schema_with = hash)]
    signature_algorithm: Option<String>,
    #[schema(required, schema_with = schema::object::<RequestedValidity>)]
    validity: Option<Object<RequestedValidity>>,
    #[schema(required, schema_with = schema::object::<CrlConfiguration>)]
    crl_configuration: Option<Object<CrlConfiguration>>,
}

#[derive(Deserialize, ToSchema)]
struct RequestedValidity {
    #[schema(required, schema_with = unit)]
    r#type: Option<String>,
    #[schema(required, schema_with = years)]
    value: Option<i64>,
    #[schema(schema_with = schema::optional_time)]
    start_from: Option<Start>,
}

/// The start: milliseconds as a number or as its digits, or a time of ISO 8601.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "it must be a number of milliseconds, or a text with one or with an ISO 8601 time"
)]
enum Start {
    Number(i64),
    Text(String),
}

fn hash() -> RefOr<Schema> {
    schema::one_of(&HASHES)
}

fn unit() -> RefOr<Schema> {
    schema::one_of(&UNITS)
}

fn years() -> RefOr<Schema> {
    let years = ObjectBuilder::new().schema_type(Type::Integer);
    years.minimum(Some(1)).maximum(Some(MOST_YEARS)).build().into()
}

/// The page knows no answer; its models are empty.
#[derive(Serialize, ToSchema)]
struct Answer {}

/// Creates a self-signed authority. Its identifier is in the header `X-Cert-Id`.
#[utoipa::path(
    post,
    path = "/v2/{project_id}/certmanager/private-certificate-authorities",
    operation_id = "create_workspace_authority",
    params(("project_id" = inline(Project), Path)),
    request_body = inline(Request),
    responses((status = 200, description = "The authority is there.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Error> {
    let (pki, project) = enter(&caller, Action::CreateWorkspaceAuthority, &segment.0).await?;
    let new = request.try_into()?;
    let id = pki.create_workspace_authority(caller.author(), project, new).await?;
    Ok(([(CERT_ID, id.to_string())], axum::Json(Answer {})))
}

impl TryFrom<Request> for NewWorkspaceAuthority {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let hash = required("signature_algorithm", request.signature_algorithm)?;
        let Object(validity) = required("validity", request.validity)?;
        Ok(Self {
            subject: subject(request.distinguished_name)?,
            key_algorithm: key_algorithm(request.key_algorithm)?,
            hash: choice("signature_algorithm", &hash, &HASHES)?,
            validity: validity.try_into()?,
            crl: crl_configuration::parse(required(
                "crl_configuration",
                request.crl_configuration,
            )?)?,
        })
    }
}

impl TryFrom<RequestedValidity> for Validity {
    type Error = BadParameter;

    fn try_from(request: RequestedValidity) -> Result<Self, BadParameter> {
        let unit = required("validity.type", request.r#type)?;
        let years = required("validity.value", request.value)?;
        let amount = u32::try_from(years).ok().filter(|_| (1..=MOST_YEARS).contains(&years));
        let problem = || format!("it must be 1 to {MOST_YEARS} years");
        Ok(Self {
            unit: choice("validity.type", &unit, &UNITS)?,
            amount: amount.ok_or_else(|| BadParameter::new("validity.value", problem()))?,
            start: request.start_from.map_or(Ok(None), start)?,
        })
    }
}

fn start(start: Start) -> Result<Option<Timestamp>, BadParameter> {
    let text = match start {
        Start::Number(milliseconds) => {
            return Ok(Some(Timestamp::from_millis(milliseconds)));
        }
        Start::Text(text) => text,
    };
    let Some(text) = given(Some(text)) else { return Ok(None) };
    let milliseconds = text.parse().ok().map(Timestamp::from_millis);
    milliseconds.or_else(|| iso_time::parse(&text)).map(Some).ok_or_else(|| {
        let problem = "it must be a number of milliseconds or an ISO 8601 time";
        BadParameter::new("validity.start_from", problem)
    })
}
