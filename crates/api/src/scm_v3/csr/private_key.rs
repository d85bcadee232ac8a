//! `GET /v3/scm/csr/{id}/private-key`

use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::scm_v3::{Error, csr_id};

#[derive(Serialize)]
struct Answer<'a> {
    private_key: &'a str,
}

/// Hands out the private key of a certification request; an empty text where there is none.
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<impl IntoResponse, Error> {
    let pki = caller.may(Action::ShowCsrPrivateKey).await?;
    let key = pki.csr_private_key(caller.author(), csr_id(&segment)?).await?;
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((no_store, axum::Json(Answer { private_key: &key }).into_response()))
}
