//! A policy, as answers show it.

use iam::policy::{ResourceType, SystemPolicy, Urn};
use ledger::{AccountId, PolicyId};
use serde::Serialize;
use utoipa::ToSchema;

use super::find::Found;
use crate::iso_time;

/// Who made a policy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Maker {
    /// An administrator of the account.
    Account,
    /// It comes with the server.
    System,
}

/// The words for who made a policy.
pub(super) const MAKERS: [(&str, Maker); 2] =
    [("custom", Maker::Account), ("system", Maker::System)];

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    policy: PolicyView,
}

/// A policy without its documents. The system's have no times.
#[derive(Serialize, ToSchema)]
pub(super) struct PolicyView {
    policy_type: &'static str,
    policy_name: String,
    policy_id: String,
    urn: String,
    path: String,
    default_version_id: String,
    attachment_count: u32,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    updated_at: Option<String>,
}

impl PolicyView {
    /// The view of a policy that is attached so often.
    pub(super) fn new(found: Found, attachment_count: u32) -> Self {
        let policy_id = found.id().to_string();
        match found {
            Found::Custom(policy) => Self {
                policy_type: "custom",
                urn: urn(policy.account, policy.id),
                policy_name: policy.name,
                policy_id,
                path: String::new(),
                default_version_id: format!("v{}", policy.default_version),
                attachment_count,
                description: policy.description,
                created_at: Some(iso_time::microseconds(policy.created_at)),
                updated_at: Some(iso_time::microseconds(policy.updated_at)),
            },
            Found::System(policy) => Self {
                policy_type: "system",
                urn: system_urn(policy),
                policy_name: policy.name.to_owned(),
                policy_id,
                path: String::new(),
                default_version_id: "v1".to_owned(),
                attachment_count,
                description: policy.description.to_owned(),
                created_at: None,
                updated_at: None,
            },
        }
    }
}

impl From<PolicyView> for Answer {
    fn from(policy: PolicyView) -> Self {
        Self { policy }
    }
}

/// The name of a policy of an account, as policies about policies write it.
pub(in crate::iam_v5) fn urn(account: AccountId, id: PolicyId) -> String {
    Urn::new(ResourceType::Policy, account, id.to_string()).to_string()
}

/// The name of a policy of the system, with `system` in the place of an account.
pub(in crate::iam_v5) fn system_urn(policy: &SystemPolicy) -> String {
    format!("iam::system:policy:{}", policy.id)
}
