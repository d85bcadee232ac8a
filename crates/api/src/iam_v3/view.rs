//! Accounts and projects, as the identity API shows them.
//!
//! A link is the path alone: behind a proxy the server does not know its own address.

use iam::{Account, Project};
use serde_json::{Value, json};

/// An account.
pub(super) fn domain(account: &Account) -> Value {
    let id = account.id.to_string();
    json!({
        "id": id,
        "name": account.name,
        "enabled": account.state.is_enabled(),
        "description": "",
        "links": { "self": format!("/v3/domains/{id}") },
    })
}

/// A project. Its parent is its account, since there are no projects inside projects.
pub(super) fn project(project: &Project) -> Value {
    let id = project.id.to_string();
    json!({
        "id": id,
        "name": project.name,
        "domain_id": project.account.to_string(),
        "parent_id": project.account.to_string(),
        "description": project.description,
        "enabled": project.state.is_enabled(),
        "is_domain": false,
        "links": { "self": format!("/v3/projects/{id}") },
    })
}

/// A list of projects, found under `path`.
pub(super) fn projects(path: &str, projects: &[Project]) -> Value {
    let projects: Vec<Value> = projects.iter().map(project).collect();
    json!({
        "links": { "self": path, "next": null, "previous": null },
        "projects": projects,
    })
}
