//! A quota as this API shows it.

use pki::authority::QuotaUse;
use serde::Serialize;
use utoipa::ToSchema;

/// What stands for no bound.
const NO_BOUND: u32 = 2_147_483_647;

/// A quota.
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

impl Answer {
    /// The quota of what the API calls `kind`.
    pub(super) fn of(kind: &'static str, quota: QuotaUse) -> Self {
        let QuotaUse { used, most } = quota;
        let resource = Resource { r#type: kind, used, quota: most.unwrap_or(NO_BOUND) };
        Self { quotas: Quotas { resources: [resource] } }
    }
}
