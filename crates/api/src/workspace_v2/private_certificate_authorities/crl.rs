//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}/crl`

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use pki::workspace::WorkspaceExport;
use x509::pem::{LineEnding, encode};

use super::attachment::{PKIX_CRL, accepted, attachment};
use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segments;
use crate::schema::{Id, Project};
use crate::workspace_v2::{Error, authority_id, enter};

/// Exports the complete CRL of an authority: a PEM file, or DER when the client names its type.
#[utoipa::path(
    post,
    path = "/v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}/crl",
    operation_id = "export_workspace_crl",
    params(("project_id" = inline(Project), Path), ("cert_id" = inline(Id), Path)),
    responses((status = 200, description = "The CRL, PEM or DER.", content(
        (String = "application/octet-stream"),
        (String = "application/pkix-crl"),
    )))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([project, id]): Segments<2>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (pki, project) = enter(&caller, Action::ExportWorkspaceCrl, &project).await?;
    let id = authority_id(&id)?;
    let WorkspaceExport { common_name, content: der } =
        pki.export_workspace_crl(caller.author(), project, id).await?;
    if accepted(&headers).iter().any(|accepted| accepted == PKIX_CRL) {
        let mut response = attachment(&common_name, "crl", der);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PKIX_CRL));
        return Ok(response);
    }
    Ok(attachment(&common_name, "crl", encode("X509 CRL", &der, LineEnding::Lf)))
}
