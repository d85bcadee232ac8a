//! Accounts and projects, as the identity API shows them.
//!
//! A link is the path alone: behind a proxy the server does not know its own address.

use iam::{Account, Project};
use serde::Serialize;
use utoipa::ToSchema;

/// An account.
#[derive(Serialize, ToSchema)]
pub(super) struct Domain {
    id: String,
    name: String,
    enabled: bool,
    description: &'static str,
    #[schema(inline)]
    links: Links,
}

/// A project. Its parent is its account, since there are no projects inside projects.
#[derive(Serialize, ToSchema)]
pub(super) struct ProjectView {
    id: String,
    name: String,
    domain_id: String,
    parent_id: String,
    description: String,
    enabled: bool,
    is_domain: bool,
    #[schema(inline)]
    links: Links,
}

/// Where a thing is found.
#[derive(Serialize, ToSchema)]
pub(super) struct Links {
    #[serde(rename = "self")]
    pub(super) itself: String,
}

/// A list of projects.
#[derive(Serialize, ToSchema)]
pub(super) struct Projects {
    #[schema(inline)]
    links: PageLinks,
    #[schema(inline)]
    projects: Vec<ProjectView>,
}

/// Where a list is found; it has one page.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PageLinks {
    #[serde(rename = "self")]
    itself: String,
    next: Option<String>,
    previous: Option<String>,
}

/// The account, shown.
pub(super) fn domain(account: &Account) -> Domain {
    let id = account.id.to_string();
    Domain {
        links: Links { itself: format!("/v3/domains/{id}") },
        id,
        name: account.name.clone(),
        enabled: account.state.is_enabled(),
        description: "",
    }
}

/// The project, shown.
pub(super) fn project(project: &Project) -> ProjectView {
    let id = project.id.to_string();
    ProjectView {
        links: Links { itself: format!("/v3/projects/{id}") },
        id,
        name: project.name.clone(),
        domain_id: project.account.to_string(),
        parent_id: project.account.to_string(),
        description: project.description.clone(),
        enabled: project.state.is_enabled(),
        is_domain: false,
    }
}

/// The links of something found under `path`.
pub(super) fn page_links(path: &str) -> PageLinks {
    PageLinks { itself: path.to_owned(), next: None, previous: None }
}

/// A list of projects, found under `path`.
pub(super) fn projects(path: &str, projects: &[Project]) -> Projects {
    Projects { links: page_links(path), projects: projects.iter().map(project).collect() }
}
