//! A role, as version 3 of the identity API shows it.

use iam::policy::{SystemPolicy, SystemReach};
use iam::{CustomPolicy, PolicyKind};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::iam_v3::view::{PageLinks, page_links};

/// The words for where custom roles count.
pub(crate) const TYPES: [(&str, PolicyKind); 2] =
    [("AX", PolicyKind::AccountRole), ("XA", PolicyKind::ProjectRole)];

/// A role.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RoleView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) display_name: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) catalog: String,
    description: String,
    /// The account; none for those of the system.
    domain_id: Option<String>,
    /// The document.
    policy: Value,
    #[schema(inline)]
    links: PageLinks,
    /// Milliseconds since 1970.
    created_time: Option<String>,
    /// Milliseconds since 1970.
    updated_time: Option<String>,
    /// How often it is attached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) references: Option<u32>,
}

impl From<CustomPolicy> for RoleView {
    fn from(policy: CustomPolicy) -> Self {
        Self {
            id: policy.id.to_string(),
            name: format!("custom_{}", policy.id),
            kind: crate::choice::word(policy.kind, &TYPES),
            catalog: "CUSTOMED".to_owned(),
            domain_id: Some(policy.account.to_string()),
            policy: document(policy.document()),
            links: page_links(&format!("/v3/roles/{}", policy.id)),
            created_time: Some(policy.created_at.as_millis().to_string()),
            updated_time: Some(policy.updated_at.as_millis().to_string()),
            references: None,
            display_name: policy.name,
            description: policy.description,
        }
    }
}

impl From<&SystemPolicy> for RoleView {
    fn from(policy: &SystemPolicy) -> Self {
        Self {
            id: policy.id.to_string(),
            name: name(policy.name),
            display_name: policy.name.to_owned(),
            kind: match policy.reach {
                SystemReach::Both => "AA",
                SystemReach::Domain => "AX",
                SystemReach::Project => "XA",
            },
            catalog: catalog(policy.name),
            description: policy.description.to_owned(),
            domain_id: None,
            policy: document(&policy.document),
            links: page_links(&format!("/v3/roles/{}", policy.id)),
            created_time: None,
            updated_time: None,
            references: None,
        }
    }
}

/// The name by which clients look a role of the system up: for three of them the cloud's own,
/// which scripts know.
fn name(display_name: &str) -> String {
    match display_name {
        "Security Administrator" => "secu_admin".to_owned(),
        "Tenant Administrator" => "te_admin".to_owned(),
        "Tenant Guest" => "readonly".to_owned(),
        other => other.to_lowercase().replace(' ', "_"),
    }
}

/// The service whose role it is.
fn catalog(display_name: &str) -> String {
    match display_name.split(' ').next() {
        Some("Security" | "Tenant") | None => "BASE".to_owned(),
        Some(service) => service.to_uppercase(),
    }
}

/// The document as JSON; what is kept was checked.
fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

/// A list of roles with their number.
#[derive(Serialize, ToSchema)]
pub(crate) struct Roles {
    #[schema(inline)]
    links: PageLinks,
    #[schema(inline)]
    roles: Vec<RoleView>,
    /// How many there are on all pages.
    total_number: usize,
}

/// The part of `roles` that starts at `offset` and has at most `limit`, found under `path`.
pub(crate) fn part(path: &str, roles: Vec<RoleView>, (offset, limit): (u32, u32)) -> Roles {
    Roles {
        links: page_links(path),
        total_number: roles.len(),
        roles: roles.into_iter().skip(offset as usize).take(limit as usize).collect(),
    }
}

/// A list of roles that somebody has.
#[derive(Serialize, ToSchema)]
pub(crate) struct Assigned {
    #[schema(inline)]
    links: PageLinks,
    #[schema(inline)]
    roles: Vec<RoleView>,
}

/// A list of roles that somebody has, found under `path`.
pub(crate) fn assigned(path: &str, roles: Vec<RoleView>) -> Assigned {
    Assigned { links: page_links(path), roles }
}

/// `{"role": {…}}`
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    pub(crate) role: RoleView,
}
