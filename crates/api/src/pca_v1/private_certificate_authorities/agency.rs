//! `GET /v1/private-certificate-authorities/agency`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    agency_granted: bool,
}

/// Whether the service may publish in the account's buckets.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/agency",
    operation_id = "agency",
    responses((status = 200, description = "Whether it may.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<Answer>, Error> {
    Ok(Json(Answer { agency_granted: is_granted(&caller).await? }))
}

/// Whether the caller's account has an agency.
pub(super) async fn is_granted(caller: &Caller) -> Result<bool, Error> {
    let pki = caller.may(Action::ShowAgency).await?;
    Ok(pki.agency(caller.account()).await?.is_some())
}
