//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}/status/{status}`

use axum::http::StatusCode;
use pki::workspace::WorkspaceSwitch;
use utoipa::openapi::{RefOr, Schema};

use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::path::Segments;
use crate::schema::{self, Id, Project};
use crate::workspace_v2::{Error, authority_id, enter};

/// What may become of an authority; written in whatever case.
const SWITCHES: [(&str, WorkspaceSwitch); 2] =
    [("enable", WorkspaceSwitch::Enable), ("disable", WorkspaceSwitch::Disable)];

/// Enables or disables an authority. One that is so already stays so.
#[utoipa::path(
    post,
    path = "/v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}/status/{status}",
    operation_id = "set_workspace_status",
    params(
        ("project_id" = inline(Project), Path),
        ("cert_id" = inline(Id), Path),
        ("status" = inline(Word), Path),
    ),
    responses((status = 200, description = "It is so."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([project, id, word]): Segments<3>,
) -> Result<StatusCode, Error> {
    let (pki, project) = enter(&caller, Action::SetWorkspaceAuthorityStatus, &project).await?;
    let switch = choice("status", &word.to_ascii_lowercase(), &SWITCHES)?;
    let id = authority_id(&id)?;
    pki.set_workspace_status(caller.author(), project, id, switch).await?;
    Ok(StatusCode::OK)
}

/// The words of the path.
enum Word {}

impl utoipa::ToSchema for Word {}

impl utoipa::PartialSchema for Word {
    fn schema() -> RefOr<Schema> {
        schema::one_of(&SWITCHES)
    }
}
