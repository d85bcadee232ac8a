//! `GET /v1/private-certificate-authorities/{ca_id}/tags`

use axum::Json;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::tags::ShownTags;
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

/// The tags of an authority, sorted by key.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/{ca_id}/tags",
    operation_id = "authority_tags",
    params(("ca_id" = inline(Id), Path)),
    responses((status = 200, description = "Its tags.", body = inline(ShownTags)))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Json<ShownTags>, Error> {
    let id = ca_id(&segment)?;
    let pki = caller.may_on_authority(Action::ListAuthorityTags, id).await?;
    Ok(Json((&pki.authority_tags(caller.account(), id).await?).into()))
}
