//! `GET /v1/private-certificates/quotas`

use axum::Json;

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;
use crate::pca_v1::quota_answer::Answer;

/// How many certificates the account has and may have; 2147483647 stands for no bound.
#[utoipa::path(
    get,
    path = "/v1/private-certificates/quotas",
    operation_id = "certificate_quota",
    responses((status = 200, description = "The quota.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<Answer>, Error> {
    let pki = caller.may(Action::ShowCertificateQuota).await?;
    let quota = pki.certificate_quota(caller.account()).await?;
    Ok(Json(Answer::of("CERTIFICATE", quota)))
}
