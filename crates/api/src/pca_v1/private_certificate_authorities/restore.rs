//! `POST /v1/private-certificate-authorities/{ca_id}/restore`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

/// Calls a scheduled deletion off; the authority is disabled then.
/// There is no body; what a client sends all the same is ignored.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/restore",
    operation_id = "restore_authority",
    params(("ca_id" = inline(Id), Path)),
    responses((status = 204, description = "It is disabled."))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let pki = caller.may_on_authority(Action::RestoreAuthority, id).await?;
    pki.restore_authority(caller.author(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
