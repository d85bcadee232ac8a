//! `POST /v1/private-certificates/{certificate_id}/revoke`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::path::Segment;
use crate::pca_v1::private_certificate_authorities::revoke::{Request, reason};
use crate::pca_v1::{Error, certificate_id};
use crate::schema::Id;

/// Revokes a certificate for ever. The body is mandatory, and may be an empty object.
#[utoipa::path(
    post,
    path = "/v1/private-certificates/{certificate_id}/revoke",
    operation_id = "revoke_certificate",
    params(("certificate_id" = inline(Id), Path)),
    request_body = inline(Request),
    responses((status = 204, description = "It is revoked."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let id = certificate_id(&segment)?;
    let reason = reason(request)?;
    let pki = caller.may(Action::RevokeCertificate).await?;
    pki.revoke_certificate(caller.author(), id, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
