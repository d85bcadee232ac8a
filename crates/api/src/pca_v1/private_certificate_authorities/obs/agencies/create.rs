//! `POST /v1/private-certificate-authorities/obs/agencies`

use axum::Json;

use super::super::super::agencies::{Answer, create};
use crate::caller::Caller;
use crate::pca_v1::Error;

/// Lets the service publish in the account's buckets.
/// There is no body; what a client sends all the same is ignored.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/obs/agencies",
    operation_id = "create_obs_agency",
    responses((status = 200, description = "The agency.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<Answer>, Error> {
    create(&caller).await
}
