//! `DELETE /v1/private-certificate-authorities/{ca_id}/tags/delete`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::path::Segment;
use crate::pca_v1::tags::GivenKeys;
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

/// Removes the tags with these keys from an authority; it need not have them.
#[utoipa::path(
    delete,
    path = "/v1/private-certificate-authorities/{ca_id}/tags/delete",
    operation_id = "untag_authority",
    params(("ca_id" = inline(Id), Path)),
    request_body = inline(GivenKeys),
    responses((status = 204, description = "It does not have the tags."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<GivenKeys>,
) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let keys = request.parse()?;
    let pki = caller.may_on_authority(Action::UntagAuthority, id).await?;
    pki.untag_authority(caller.author(), id, &keys).await?;
    Ok(StatusCode::NO_CONTENT)
}
