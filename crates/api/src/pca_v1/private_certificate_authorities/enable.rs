//! `POST /v1/private-certificate-authorities/{ca_id}/enable`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

/// Enables a disabled authority.
/// There is no body; what a client sends all the same is ignored.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/enable",
    operation_id = "enable_authority",
    params(("ca_id" = inline(Id), Path)),
    responses((status = 204, description = "It is enabled."))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let pki = caller.may_on_authority(Action::EnableAuthority, id).await?;
    pki.enable_authority(caller.author(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
