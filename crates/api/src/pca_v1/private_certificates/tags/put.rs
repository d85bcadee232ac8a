//! `POST /v1/private-certificates/{certificate_id}/tags`

use axum::http::StatusCode;

use super::tagging;
use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::path::Segment;
use crate::pca_v1::tags::OneTag;
use crate::pca_v1::{Error, certificate_id};
use crate::schema::Id;

/// Adds one tag to a certificate; a known key gets the new value.
#[utoipa::path(
    post,
    path = "/v1/private-certificates/{certificate_id}/tags",
    operation_id = "tag_certificate",
    params(("certificate_id" = inline(Id), Path)),
    request_body = inline(OneTag),
    responses((status = 204, description = "It has the tag."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<OneTag>,
) -> Result<StatusCode, Error> {
    let id = certificate_id(&segment)?;
    let tags = request.parse()?;
    let pki = caller.may_with(Action::TagCertificate, &tagging(&tags)).await?;
    pki.tag_certificate(caller.author(), id, &tags).await?;
    Ok(StatusCode::NO_CONTENT)
}
