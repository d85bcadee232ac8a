//! `POST /v1/private-certificates/{certificate_id}/tags/create`

use axum::http::StatusCode;

use super::tagging;
use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::path::Segment;
use crate::pca_v1::tags::GivenTags;
use crate::pca_v1::{Error, certificate_id};
use crate::schema::Id;

/// Adds tags to a certificate, all or none; a known key gets the new value.
#[utoipa::path(
    post,
    path = "/v1/private-certificates/{certificate_id}/tags/create",
    operation_id = "tag_certificate_in_batch",
    params(("certificate_id" = inline(Id), Path)),
    request_body = inline(GivenTags),
    responses((status = 204, description = "It has the tags."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<GivenTags>,
) -> Result<StatusCode, Error> {
    let id = certificate_id(&segment)?;
    let tags = request.parse()?;
    let pki = caller.may_with(Action::TagCertificate, &tagging(&tags)).await?;
    pki.tag_certificate(caller.author(), id, &tags).await?;
    Ok(StatusCode::NO_CONTENT)
}
