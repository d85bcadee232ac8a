//! `DELETE /v1/private-certificates/{certificate_id}/tags/delete`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::path::Segment;
use crate::pca_v1::tags::GivenKeys;
use crate::pca_v1::{Error, certificate_id};
use crate::schema::Id;

/// Removes the tags with these keys from a certificate; it need not have them.
#[utoipa::path(
    delete,
    path = "/v1/private-certificates/{certificate_id}/tags/delete",
    operation_id = "untag_certificate",
    params(("certificate_id" = inline(Id), Path)),
    request_body = inline(GivenKeys),
    responses((status = 204, description = "It does not have the tags."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<GivenKeys>,
) -> Result<StatusCode, Error> {
    let id = certificate_id(&segment)?;
    let keys = request.parse()?;
    let pki = caller.may(Action::UntagCertificate).await?;
    pki.untag_certificate(caller.author(), id, &keys).await?;
    Ok(StatusCode::NO_CONTENT)
}
