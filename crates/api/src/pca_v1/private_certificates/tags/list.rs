//! `GET /v1/private-certificates/{certificate_id}/tags`

use axum::Json;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::tags::ShownTags;
use crate::pca_v1::{Error, certificate_id};
use crate::schema::Id;

/// The tags of a certificate, sorted by key.
#[utoipa::path(
    get,
    path = "/v1/private-certificates/{certificate_id}/tags",
    operation_id = "certificate_tags",
    params(("certificate_id" = inline(Id), Path)),
    responses((status = 200, description = "Its tags.", body = inline(ShownTags)))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Json<ShownTags>, Error> {
    let id = certificate_id(&segment)?;
    let pki = caller.may(Action::ListCertificateTags).await?;
    Ok(Json((&pki.certificate_tags(caller.account(), id).await?).into()))
}
