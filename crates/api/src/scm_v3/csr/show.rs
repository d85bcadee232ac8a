//! `GET /v3/scm/csr/{id}`

use axum::Json;

use super::answer::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::scm_v3::{Error, csr_id};

/// Shows a certification request with its PEM.
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Json<Answer>, Error> {
    let pki = caller.may(Action::ShowCsr).await?;
    let csr = pki.csr(caller.account(), csr_id(&segment)?).await?;
    Ok(Json(Answer::with_pem(csr)))
}
