//! `POST /v1/private-certificate-authorities/{ca_id}/tags`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::path::Segment;
use crate::pca_v1::tags::{OneTag, keys_and_values};
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

/// Adds one tag to an authority; a known key gets the new value.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/tags",
    operation_id = "tag_authority",
    params(("ca_id" = inline(Id), Path)),
    request_body = inline(OneTag),
    responses((status = 204, description = "It has the tag."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<OneTag>,
) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let tags = request.parse()?;
    let pki = caller.may_tag(Action::TagAuthority, id, keys_and_values(&tags)).await?;
    pki.tag_authority(caller.author(), id, &tags).await?;
    Ok(StatusCode::NO_CONTENT)
}
