//! `GET /v3/auth/tokens`

use axum::Json;
use axum::http::HeaderMap;
use axum::response::IntoResponse;

use super::token::{Answer, token};
use super::{SUBJECT_TOKEN, sought};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;

/// What a token of the caller's account stands for. Its text comes back in the header.
#[utoipa::path(
    get,
    path = "/v3/auth/tokens",
    operation_id = "validate_token",
    params(("X-Subject-Token" = String, Header, description = "The token spoken of.")),
    responses((
        status = 200,
        description = "What it stands for.",
        body = inline(Answer),
        headers(("X-Subject-Token" = String, description = "The text of the token."))
    ))
)]
pub(crate) async fn handle(caller: Caller, headers: HeaderMap) -> Result<impl IntoResponse, Error> {
    let session = sought(&caller, &headers, Action::ShowToken).await?;
    let echo: HeaderMap =
        headers.get(SUBJECT_TOKEN).map(|text| (SUBJECT_TOKEN, text.clone())).into_iter().collect();
    Ok((echo, Json(token(&session))))
}
