//! `POST /v1/private-certificate-authorities/{ca_id}/revoke`

use axum::http::StatusCode;
use pki::RevocationReason;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::json::Json;
use crate::parameter::{BadParameter, given};
use crate::path::Segment;
use crate::pca_v1::words::{REVOCATION_REASONS, schemas};
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

/// Why; without a reason it is `UNSPECIFIED`.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(schema_with = schemas::optional_revocation_reason)]
    reason: Option<String>,
}

/// Revokes a subordinate authority for ever. The body is mandatory, and may be an empty object.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/revoke",
    operation_id = "revoke_authority",
    params(("ca_id" = inline(Id), Path)),
    request_body = inline(Request),
    responses((status = 204, description = "It is revoked."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let reason = reason(request)?;
    let pki = caller.may_on_authority(Action::RevokeAuthority, id).await?;
    pki.revoke_authority(caller.author(), id, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(in crate::pca_v1) fn reason(request: Request) -> Result<RevocationReason, BadParameter> {
    match given(request.reason) {
        None => Ok(RevocationReason::Unspecified),
        Some(word) => choice("reason", &word, &REVOCATION_REASONS),
    }
}
