//! `GET /v2/{project_id}/certmanager/private-certificate-authorities`

use axum::Json;
use axum::http::Uri;
use ledger::ProjectId;
use pki::Page;
use pki::workspace::WorkspaceAuthority;
use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::action::Action;
use crate::caller::Caller;
use crate::iso_time;
use crate::path::Segment;
use crate::query::Query;
use crate::schema::{Offset, Project};
use crate::workspace_v2::{Error, enter};

/// How many authorities a page has when nobody says.
const USUAL_LIMIT: u32 = 10;
/// How many authorities a page has at most.
const MOST: u32 = 100;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    cert_list: Vec<Item>,
}

/// An authority in the list. What it is used for (`apply`) is not published, and left out.
#[derive(Serialize, ToSchema)]
struct Item {
    tenant_id: String,
    cert_id: String,
    common_name: String,
    r#type: &'static str,
    status: &'static str,
    key_algorithm: &'static str,
    signature_algorithm: Option<&'static str>,
    not_before: Option<String>,
    not_after: Option<String>,
}

/// Lists the authorities of a project, newest first; those that wait for a certificate are not
/// among them.
#[utoipa::path(
    get,
    path = "/v2/{project_id}/certmanager/private-certificate-authorities",
    operation_id = "workspace_authorities",
    params(
        ("project_id" = inline(Project), Path),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "By default 10."),
        ("offset" = inline(Option<Offset>), Query, description = "How many to pass over; by default 0."),
    ),
    responses((status = 200, description = "A page of them.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    uri: Uri,
) -> Result<Json<Answer>, Error> {
    let (pki, project) = enter(&caller, Action::ListWorkspaceAuthorities, &segment.0).await?;
    let query = Query::of(&uri)?;
    let limit = query.number("limit", 1..=u64::from(MOST))?;
    let page = Page {
        limit: limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(USUAL_LIMIT),
        offset: query.number("offset", 0..=u64::MAX)?.unwrap_or(0),
    };
    let found = pki.workspace_authorities(caller.account(), project, page).await?;
    let cert_list = found.into_iter().map(|found| Item::of(project, found)).collect();
    Ok(Json(Answer { cert_list }))
}

impl Item {
    fn of(project: ProjectId, found: WorkspaceAuthority) -> Self {
        let WorkspaceAuthority { authority, status } = found;
        let issued = authority.issued();
        Self {
            tenant_id: project.to_string(),
            cert_id: authority.id.to_string(),
            r#type: words::kind(&authority),
            status: words::status(status),
            key_algorithm: words::key_algorithm(authority.key_algorithm),
            signature_algorithm: issued.map(|issued| words::hash(issued.hash)),
            not_before: issued.map(|issued| iso_time::seconds(issued.not_before)),
            not_after: issued.map(|issued| iso_time::seconds(issued.not_after)),
            common_name: authority.distinguished_name.common_name,
        }
    }
}
