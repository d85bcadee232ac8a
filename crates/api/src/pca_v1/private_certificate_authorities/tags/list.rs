//! `GET /v1/private-certificate-authorities/{ca_id}/tags`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    tags: Vec<ShownTag>,
}

#[derive(Serialize, ToSchema)]
struct ShownTag {
    key: String,
    value: String,
}

/// The tags of an authority, sorted by key.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/{ca_id}/tags",
    operation_id = "authority_tags",
    params(("ca_id" = inline(Id), Path)),
    responses((status = 200, description = "Its tags.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Json<Answer>, Error> {
    let id = ca_id(&segment)?;
    let pki = caller.may_on_authority(Action::ListAuthorityTags, id).await?;
    let tags = pki.authority_tags(caller.account(), id).await?;
    let shown = |(key, value): (&str, &str)| ShownTag { key: key.into(), value: value.into() };
    Ok(Json(Answer { tags: tags.iter().map(shown).collect() }))
}
