//! `GET /v1/private-certificate-authorities/obs/buckets`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    total: usize,
    #[schema(inline)]
    obs_buckets: Vec<Bucket>,
}

#[derive(Serialize, ToSchema)]
struct Bucket {
    bucket_name: String,
    create_time: i64,
}

/// The buckets that CRLs can be published in.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/obs/buckets",
    operation_id = "buckets",
    responses((status = 200, description = "The buckets.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<Answer>, Error> {
    let pki = caller.may(Action::ListBuckets).await?;
    let buckets = pki.buckets(caller.account()).await?;
    let obs_buckets: Vec<Bucket> = buckets
        .into_iter()
        .map(|bucket| Bucket { bucket_name: bucket.name, create_time: bucket.since.as_millis() })
        .collect();
    Ok(Json(Answer { total: obs_buckets.len(), obs_buckets }))
}
