//! `GET /v3/scm/csr/{id}`

use axum::Json;

use super::answer::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::schema::HexId;
use crate::scm_v3::{Error, csr_id};

/// Shows a certification request with its PEM.
#[utoipa::path(
    get,
    path = "/v3/scm/csr/{id}",
    operation_id = "csr",
    params(("id" = inline(HexId), Path)),
    responses((status = 200, description = "The request.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Json<Answer>, Error> {
    let pki = caller.may(Action::ShowCsr).await?;
    let csr = pki.csr(caller.account(), csr_id(&segment)?).await?;
    Ok(Json(Answer::with_pem(csr)))
}
