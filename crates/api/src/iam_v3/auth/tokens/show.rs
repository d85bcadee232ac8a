//! `GET /v3/auth/tokens`

use axum::Json;
use axum::http::HeaderMap;
use axum::response::IntoResponse;

use super::token::token;
use super::{SUBJECT_TOKEN, subject};
use crate::caller::Caller;
use crate::iam_v3::Error;

/// What a token of the caller's account stands for. Its text comes back in the header.
pub(crate) async fn handle(caller: Caller, headers: HeaderMap) -> Result<impl IntoResponse, Error> {
    let session = caller.identity().validate_token(caller.who(), subject(&headers)?).await?;
    let echo: HeaderMap =
        headers.get(SUBJECT_TOKEN).map(|text| (SUBJECT_TOKEN, text.clone())).into_iter().collect();
    Ok((echo, Json(token(&session))))
}
