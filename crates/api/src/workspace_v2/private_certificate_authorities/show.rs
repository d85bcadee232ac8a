//! `GET /v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}`

use axum::Json;
use pki::authority::Kind;
use pki::workspace::WorkspaceAuthority;
use serde::Serialize;
use utoipa::ToSchema;
use x509::pem::{LineEnding, encode};

use super::{crl_configuration, words};
use crate::action::Action;
use crate::caller::Caller;
use crate::iso_time;
use crate::path::Segments;
use crate::schema::{Id, Project};
use crate::workspace_v2::{Error, authority_id, enter};

/// An authority. What it is used for (`apply`) is not published, and left out.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    cert_id: String,
    serial_number: Option<String>,
    r#type: &'static str,
    #[schema(inline)]
    distinguished_name: Subject,
    key_algorithm: &'static str,
    signature_algorithm: Option<&'static str>,
    not_before: Option<String>,
    not_after: Option<String>,
    status: &'static str,
    pem_code: Option<String>,
    issuer_name: Option<String>,
    #[schema(inline)]
    crl_configuration: Option<crl_configuration::Answer>,
}

#[derive(Serialize, ToSchema)]
struct Subject {
    common_name: String,
    country: String,
    state: String,
    locality: String,
    organization: String,
    organizational_unit: String,
}

/// Shows an authority with its certificate.
#[utoipa::path(
    get,
    path = "/v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}",
    operation_id = "workspace_authority",
    params(("project_id" = inline(Project), Path), ("cert_id" = inline(Id), Path)),
    responses((status = 200, description = "The authority.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([project, id]): Segments<2>,
) -> Result<Json<Answer>, Error> {
    let (pki, project) = enter(&caller, Action::ShowWorkspaceAuthority, &project).await?;
    let id = authority_id(&id)?;
    let (found, crl) = pki.workspace_authority(caller.account(), project, id).await?;
    let crl_configuration = crl.map(Into::into);
    Ok(Json(Answer { crl_configuration, ..found.into() }))
}

impl From<WorkspaceAuthority> for Answer {
    fn from(found: WorkspaceAuthority) -> Self {
        let WorkspaceAuthority { authority, status } = found;
        let issued = authority.issued();
        let name = &authority.distinguished_name;
        let issuer_name = match authority.kind {
            Kind::Root => Some(name.common_name.clone()),
            Kind::Subordinate => issued.and_then(|issued| issued.issuer_name.clone()),
        };
        let pem = |der: &[u8]| encode("CERTIFICATE", der, LineEnding::Lf);
        Self {
            cert_id: authority.id.to_string(),
            serial_number: issued.map(|issued| issued.serial.to_hex()),
            r#type: words::kind(&authority),
            distinguished_name: Subject {
                common_name: name.common_name.clone(),
                country: name.country.clone(),
                state: name.state.clone(),
                locality: name.locality.clone(),
                organization: name.organization.clone(),
                organizational_unit: name.organizational_unit.clone(),
            },
            key_algorithm: words::key_algorithm(authority.key_algorithm),
            signature_algorithm: issued.map(|issued| words::hash(issued.hash)),
            not_before: issued.map(|issued| iso_time::seconds(issued.not_before)),
            not_after: issued.map(|issued| iso_time::seconds(issued.not_after)),
            status: words::status(status),
            pem_code: issued.map(|issued| pem(&issued.certificate)),
            issuer_name,
            crl_configuration: None,
        }
    }
}
