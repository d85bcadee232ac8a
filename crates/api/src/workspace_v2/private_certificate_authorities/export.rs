//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}/export`

use axum::response::Response;
use pki::workspace::WorkspaceExport;

use super::attachment::attachment;
use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segments;
use crate::schema::{Id, Project};
use crate::workspace_v2::{Error, authority_id, enter};

/// Exports the certificate of an authority, and the chain after it, as a PEM file.
#[utoipa::path(
    post,
    path = "/v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}/export",
    operation_id = "export_workspace_authority",
    params(("project_id" = inline(Project), Path), ("cert_id" = inline(Id), Path)),
    responses((
        status = 200,
        description = "The certificates, PEM.",
        content_type = "application/octet-stream",
        body = String
    ))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([project, id]): Segments<2>,
) -> Result<Response, Error> {
    let (pki, project) = enter(&caller, Action::ExportWorkspacePem, &project).await?;
    let id = authority_id(&id)?;
    let WorkspaceExport { common_name, content } =
        pki.export_workspace_authority(caller.account(), project, id).await?;
    Ok(attachment(&common_name, "pem", content))
}
