//! `GET /v1/private-certificate-authorities/quotas`

use axum::Json;
use pki::authority::QuotaUse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;

/// What stands for no bound.
const NO_BOUND: u32 = 2_147_483_647;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    quotas: Quotas,
}

#[derive(Serialize, ToSchema)]
struct Quotas {
    #[schema(inline)]
    resources: [Resource; 1],
}

#[derive(Serialize, ToSchema)]
struct Resource {
    r#type: &'static str,
    used: u64,
    quota: u32,
}

/// How many authorities the account has and may have; 2147483647 stands for no bound.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/quotas",
    operation_id = "authority_quota",
    responses((status = 200, description = "The quota.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<Answer>, Error> {
    let pki = caller.may(Action::ShowAuthorityQuota).await?;
    let QuotaUse { used, most } = pki.authority_quota(caller.account()).await?;
    let quota = most.unwrap_or(NO_BOUND);
    let resource = Resource { r#type: "CERTIFICATE_AUTHORITY", used, quota };
    Ok(Json(Answer { quotas: Quotas { resources: [resource] } }))
}
