//! `DELETE /v1/private-certificates/{certificate_id}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::{Error, certificate_id};
use crate::schema::Id;

/// Deletes a certificate with its key at once, whatever its status. If it is revoked it stays so.
#[utoipa::path(
    delete,
    path = "/v1/private-certificates/{certificate_id}",
    operation_id = "delete_certificate",
    params(("certificate_id" = inline(Id), Path)),
    responses((status = 204, description = "It is deleted."))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<StatusCode, Error> {
    let id = certificate_id(&segment)?;
    let pki = caller.may(Action::DeleteCertificate).await?;
    pki.delete_certificate(caller.author(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
