//! `DELETE /v3/auth/tokens`

use axum::http::{HeaderMap, StatusCode};

use super::{sought, subject};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;

/// Revokes a token of the caller's account; Keystone's meaning, which the cloud does not document.
#[utoipa::path(
    delete,
    path = "/v3/auth/tokens",
    operation_id = "revoke_token",
    params(("X-Subject-Token" = String, Header, description = "The token spoken of.")),
    responses((status = 204, description = "It is good for nothing."))
)]
pub(crate) async fn handle(caller: Caller, headers: HeaderMap) -> Result<StatusCode, Error> {
    sought(&caller, &headers, Action::RevokeToken).await?;
    caller.identity().revoke_token(caller.who(), subject(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
