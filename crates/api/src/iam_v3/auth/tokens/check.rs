//! `HEAD /v3/auth/tokens`

use axum::http::{HeaderMap, StatusCode};

use super::subject;
use crate::caller::Caller;
use crate::iam_v3::Error;

/// Whether a token of the caller's account is valid.
pub(crate) async fn handle(caller: Caller, headers: HeaderMap) -> Result<StatusCode, Error> {
    caller.identity().validate_token(caller.who(), subject(&headers)?).await?;
    Ok(StatusCode::OK)
}
