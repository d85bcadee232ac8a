//! `POST /v3/scm/csr`

use axum::http::StatusCode;
use pki::company::Company;
use pki::csr::NewCsr;
use serde::Deserialize;
use utoipa::ToSchema;

use super::NAME_LENGTH;
use super::answer::{Answer, KEY_ALGORITHMS, USAGES, key_algorithm, usage};
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::json::Json;
use crate::parameter::{BadParameter, bounded, given, optional_line, required, required_line};
use crate::schema;
use crate::scm_v3::Error;

/// The longest domain name, in characters: it becomes a common name.
const DOMAIN_LENGTH: usize = 63;
/// The longest of the other texts, in characters.
const TEXT_LENGTH: usize = 255;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::line::<NAME_LENGTH>)]
    name: Option<String>,
    #[schema(required, schema_with = schema::line::<DOMAIN_LENGTH>)]
    domain_name: Option<String>,
    #[schema(schema_with = schema::optional_text::<TEXT_LENGTH>)]
    sans: Option<String>,
    #[schema(required, schema_with = key_algorithm)]
    private_key_algo: Option<String>,
    #[schema(required, schema_with = usage)]
    usage: Option<String>,
    #[schema(schema_with = schema::optional_line::<TEXT_LENGTH>)]
    company_country: Option<String>,
    #[schema(schema_with = schema::optional_line::<TEXT_LENGTH>)]
    company_province: Option<String>,
    #[schema(schema_with = schema::optional_line::<TEXT_LENGTH>)]
    company_city: Option<String>,
    #[schema(schema_with = schema::optional_line::<TEXT_LENGTH>)]
    company_name: Option<String>,
}

/// Makes a key and a certification request for it.
#[utoipa::path(
    post,
    path = "/v3/scm/csr",
    operation_id = "create_csr",
    request_body = inline(Request),
    responses((status = 201, description = "The request without its PEM.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, axum::Json<Answer>), Error> {
    let pki = caller.may(Action::CreateCsr).await?;
    let csr = pki.create_csr(caller.author(), request.try_into()?).await?;
    Ok((StatusCode::CREATED, axum::Json(Answer::without_pem(csr))))
}

impl TryFrom<Request> for NewCsr {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let algorithm = required("private_key_algo", request.private_key_algo)?;
        let usage = required("usage", request.usage)?;
        let text = |field, value| optional_line(field, value, TEXT_LENGTH);
        Ok(Self {
            name: required_line("name", request.name, NAME_LENGTH)?,
            domain_name: required_line("domain_name", request.domain_name, DOMAIN_LENGTH)?,
            sans: sans(request.sans)?,
            algorithm: choice("private_key_algo", &algorithm, &KEY_ALGORITHMS)?,
            usage: choice("usage", &usage, &USAGES)?,
            company: Company {
                country: text("company_country", request.company_country)?,
                province: text("company_province", request.company_province)?,
                city: text("company_city", request.company_city)?,
                name: text("company_name", request.company_name)?,
            },
        })
    }
}

/// Line breaks and tabs may stand between names; other control characters may not. Format
/// characters are of no name, and refused with it.
fn sans(value: Option<String>) -> Result<String, BadParameter> {
    let sans = given(value).map_or(Ok(String::new()), |sans| bounded("sans", sans, TEXT_LENGTH))?;
    if sans.chars().any(|c| c.is_control() && !c.is_ascii_whitespace()) {
        return Err(BadParameter::new("sans", "it has a control character"));
    }
    Ok(sans)
}
