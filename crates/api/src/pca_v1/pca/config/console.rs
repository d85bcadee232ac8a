//! `GET /v1/pca/config/console`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;

/// What the site can do.
#[expect(clippy::struct_excessive_bools, reason = "the API has one for each feature")]
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    is_support_eps: bool,
    is_support_sm2: bool,
    is_support_dhsm: bool,
    dhsm_regions: [&'static str; 0],
    is_support_yearly_monthly_ca: bool,
    is_support_iam5: bool,
    is_support_ocsp: bool,
}

/// What the site can do; the same for everybody who has proved who they are.
#[utoipa::path(
    get,
    path = "/v1/pca/config/console",
    operation_id = "console_configuration",
    responses((status = 200, description = "What it can do.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Json<Answer> {
    Json(Answer {
        is_support_eps: true,
        is_support_sm2: true,
        // There are no dedicated clusters.
        is_support_dhsm: false,
        dhsm_regions: [],
        is_support_yearly_monthly_ca: true,
        is_support_iam5: true,
        // Without an address in certificates nobody would ask, and the switch refuses.
        is_support_ocsp: caller.has_ocsp(),
    })
}
