//! `DELETE /v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segments;
use crate::schema::Project;
use crate::workspace_v2::{Error, enter};

/// Deletes an authority in whatever state. The transaction id of one that waits for its
/// certificate serves as well: no other call gives its place back before it expires.
#[utoipa::path(
    delete,
    path = "/v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}",
    operation_id = "delete_workspace_authority",
    params(("project_id" = inline(Project), Path), ("cert_id" = String, Path)),
    responses((status = 200, description = "It is gone."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([project, id]): Segments<2>,
) -> Result<StatusCode, Error> {
    let (pki, project) = enter(&caller, Action::DeleteWorkspaceAuthority, &project).await?;
    // A transaction id may look like an authority's: then the authority comes first.
    if let Ok(authority) = id.parse() {
        match pki.delete_workspace_authority(caller.author(), project, authority).await {
            Err(pki::Error::AuthorityNotFound(_)) => {}
            ended => return ended.map(|()| StatusCode::OK).map_err(Error::from),
        }
    }
    let not_found = || Error::authority_not_found(&id);
    let transaction = id.parse().map_err(|_| not_found())?;
    match pki.delete_workspace_request(caller.author(), project, &transaction).await {
        Err(pki::Error::TransactionNotFound) => Err(not_found()),
        ended => ended.map(|()| StatusCode::OK).map_err(Error::from),
    }
}
