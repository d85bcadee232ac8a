//! `POST /v3/scm/csr/upload`

use axum::Json as Answered;
use pki::csr::UploadedCsr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::NAME_LENGTH;
use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::parameter::{BadParameter, bounded, required, required_line};
use crate::schema;
use crate::scm_v3::Error;
use crate::secret::Secret;

/// The longest request, in characters of PEM. The page's 2555 is less than an RSA-4096 request
/// with a dozen names has.
const CSR_LENGTH: usize = 5120;
/// The longest private key, in characters of PEM. The page's 63 is less than any key has.
const PRIVATE_KEY_LENGTH: usize = 8192;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::line::<NAME_LENGTH>)]
    name: Option<String>,
    #[schema(required, schema_with = schema::text::<CSR_LENGTH>)]
    csr: Option<String>,
    #[schema(schema_with = schema::optional_text::<PRIVATE_KEY_LENGTH>)]
    private_key: Option<Secret>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(schema_with = schema::hex_id)]
    id: String,
    name: String,
    create_time: i64,
}

/// Registers a certification request that was made elsewhere.
#[utoipa::path(
    post,
    path = "/v3/scm/csr/upload",
    operation_id = "upload_csr",
    request_body = inline(Request),
    responses((status = 200, description = "What was registered.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let pki = caller.may(Action::UploadCsr).await?;
    let csr = pki.upload_csr(caller.author(), request.try_into()?).await?;
    Ok(Answered(Answer {
        id: csr.id.to_string(),
        name: csr.name,
        create_time: csr.created_at.as_millis(),
    }))
}

impl TryFrom<Request> for UploadedCsr {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let pem = required("csr", request.csr)?;
        let private_key = request.private_key.map(|secret| secret.0).filter(|key| !key.is_empty());
        if private_key.as_ref().is_some_and(|key| key.chars().count() > PRIVATE_KEY_LENGTH) {
            let problem = format!("it is longer than {PRIVATE_KEY_LENGTH} characters");
            return Err(BadParameter::new("private_key", problem));
        }
        Ok(Self {
            name: required_line("name", request.name, NAME_LENGTH)?,
            request: bounded("csr", pem, CSR_LENGTH)?,
            private_key,
        })
    }
}
