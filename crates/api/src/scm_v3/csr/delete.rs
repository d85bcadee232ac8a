//! `DELETE /v3/scm/csr/{id}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::schema::HexId;
use crate::scm_v3::{Error, csr_id};

/// Deletes a certification request with its key.
#[utoipa::path(
    delete,
    path = "/v3/scm/csr/{id}",
    operation_id = "delete_csr",
    params(("id" = inline(HexId), Path)),
    responses((status = 204, description = "It is gone."))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<StatusCode, Error> {
    let pki = caller.may(Action::DeleteCsr).await?;
    pki.delete_csr(caller.author(), csr_id(&segment)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
