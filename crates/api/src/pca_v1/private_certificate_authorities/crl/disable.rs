//! `POST /v1/private-certificate-authorities/{ca_id}/crl/disable`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

/// Switches the publishing of CRLs off.
/// There is no body; what a client sends all the same is ignored.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/crl/disable",
    operation_id = "disable_crl",
    params(("ca_id" = inline(Id), Path)),
    responses((status = 204, description = "New certificates name no CRL."))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let pki = caller.may_on_authority(Action::DisableCrl, id).await?;
    pki.disable_crl(caller.author(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
