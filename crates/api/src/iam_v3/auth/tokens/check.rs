//! `HEAD /v3/auth/tokens`

use axum::http::{HeaderMap, StatusCode};

use super::sought;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;

/// Whether a token of the caller's account is valid.
#[utoipa::path(
    head,
    path = "/v3/auth/tokens",
    operation_id = "check_token",
    params(("X-Subject-Token" = String, Header, description = "The token spoken of.")),
    responses((status = 200, description = "It is."))
)]
pub(crate) async fn handle(caller: Caller, headers: HeaderMap) -> Result<StatusCode, Error> {
    sought(&caller, &headers, Action::ShowToken).await?;
    Ok(StatusCode::OK)
}
