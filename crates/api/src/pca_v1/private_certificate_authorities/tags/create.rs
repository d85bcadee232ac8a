//! `POST /v1/private-certificate-authorities/{ca_id}/tags/create`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::path::Segment;
use crate::pca_v1::tags::{GivenTags, keys_and_values};
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

/// Adds tags to an authority, all or none; a known key gets the new value.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/tags/create",
    operation_id = "tag_authority_in_batch",
    params(("ca_id" = inline(Id), Path)),
    request_body = inline(GivenTags),
    responses((status = 204, description = "It has the tags."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<GivenTags>,
) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let tags = request.parse()?;
    let pki = caller.may_tag(Action::TagAuthority, id, keys_and_values(&tags)).await?;
    pki.tag_authority(caller.author(), id, &tags).await?;
    Ok(StatusCode::NO_CONTENT)
}
