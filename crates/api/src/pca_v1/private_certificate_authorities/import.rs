//! `POST /v1/private-certificate-authorities/{ca_id}/import`

use axum::http::StatusCode;
use pki::authority::Import;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::parameter::{BadParameter, bounded, given, required};
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::schema::{self, Id};

/// The longest certificate, in characters of PEM.
const CERTIFICATE_LENGTH: usize = 32_768;
/// The longest chain, in characters of PEM.
const CHAIN_LENGTH: usize = 2_097_152;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::text::<CERTIFICATE_LENGTH>)]
    certificate: Option<String>,
    #[schema(schema_with = schema::optional_text::<CHAIN_LENGTH>)]
    certificate_chain: Option<String>,
}

/// Completes a pending authority with a certificate that was signed elsewhere.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/import",
    operation_id = "import_authority",
    params(("ca_id" = inline(Id), Path)),
    request_body = inline(Request),
    responses((status = 204, description = "It has its certificate."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let import = request.try_into()?;
    let pki = caller.may_on_authority(Action::ImportAuthority, id).await?;
    pki.import_authority(caller.author(), id, import).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl TryFrom<Request> for Import {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let certificate = required("certificate", request.certificate)?;
        let chain = given(request.certificate_chain)
            .map(|chain| bounded("certificate_chain", chain, CHAIN_LENGTH))
            .transpose()?;
        Ok(Self { certificate: bounded("certificate", certificate, CERTIFICATE_LENGTH)?, chain })
    }
}
