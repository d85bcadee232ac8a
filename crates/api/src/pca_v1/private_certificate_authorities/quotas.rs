//! `GET /v1/private-certificate-authorities/quotas`

use axum::Json;

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;
use crate::pca_v1::quota_answer::Answer;

/// How many authorities the account has and may have; 2147483647 stands for no bound.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/quotas",
    operation_id = "authority_quota",
    responses((status = 200, description = "The quota.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<Answer>, Error> {
    let pki = caller.may(Action::ShowAuthorityQuota).await?;
    let quota = pki.authority_quota(caller.account()).await?;
    Ok(Json(Answer::of("CERTIFICATE_AUTHORITY", quota)))
}
