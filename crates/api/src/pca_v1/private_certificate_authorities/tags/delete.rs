//! `DELETE /v1/private-certificate-authorities/{ca_id}/tags/delete`

use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{GivenTag, GivenTags};
use crate::action::Action;
use crate::caller::Caller;
use crate::json::{Json, Object};
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::schema::{self, Id};

/// Tags to remove: only the keys matter.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, value_type = Vec<Key>, inline, min_items = 1, max_items = 20)]
    tags: Option<Vec<Object<GivenTag>>>,
}

/// A tag to remove.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read as a tag without its value")]
struct Key {
    #[schema(required, schema_with = schema::text::<128>)]
    key: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    value: Option<String>,
}

/// Removes the tags with these keys from an authority; it need not have them.
#[utoipa::path(
    delete,
    path = "/v1/private-certificate-authorities/{ca_id}/tags/delete",
    operation_id = "untag_authority",
    params(("ca_id" = inline(Id), Path)),
    request_body = inline(Request),
    responses((status = 204, description = "It does not have the tags."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let keys = GivenTags { tags: request.tags }.parse(GivenTag::parse_key)?;
    let pki = caller.may_on_authority(Action::UntagAuthority, id).await?;
    pki.untag_authority(caller.author(), id, &keys).await?;
    Ok(StatusCode::NO_CONTENT)
}
