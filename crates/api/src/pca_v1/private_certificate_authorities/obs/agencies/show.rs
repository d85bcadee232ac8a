//! `GET /v1/private-certificate-authorities/obs/agencies`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::super::agency::is_granted;
use crate::caller::Caller;
use crate::pca_v1::Error;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    /// `true` or `false`, as a text.
    agency_granted: String,
}

/// Whether the service may publish in the account's buckets.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/obs/agencies",
    operation_id = "obs_agency",
    responses((status = 200, description = "Whether it may.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<Answer>, Error> {
    let agency_granted = is_granted(&caller).await?.to_string();
    Ok(Json(Answer { agency_granted }))
}
