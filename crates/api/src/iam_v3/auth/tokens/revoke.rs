//! `DELETE /v3/auth/tokens`

use axum::http::{HeaderMap, StatusCode};

use super::subject;
use crate::caller::Caller;
use crate::iam_v3::Error;

/// Revokes a token of the caller's account; Keystone's meaning, which the cloud does not document.
pub(crate) async fn handle(caller: Caller, headers: HeaderMap) -> Result<StatusCode, Error> {
    caller.identity().revoke_token(caller.who(), subject(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
