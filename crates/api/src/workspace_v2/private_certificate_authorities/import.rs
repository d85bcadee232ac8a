//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/import`

use axum::http::StatusCode;
use pki::workspace::WorkspaceImport;
use serde::Deserialize;

use super::fields::{Subject, key_algorithm, subject, transaction};
use crate::action::Action;
use crate::caller::Caller;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, bounded, required};
use crate::path::Segment;
use crate::workspace_v2::{Error, project};

/// The longest certificate with its chain, in characters of PEM: 2 MiB.
const PEM_LENGTH: usize = 2_097_152;

#[derive(Deserialize)]
pub(crate) struct Request {
    distinguished_name: Option<Object<Subject>>,
    key_algorithm: Option<String>,
    transaction_id: Option<String>,
    crl_configuration: Option<Object<CrlConfiguration>>,
    pem_code: Option<String>,
}

#[derive(Deserialize)]
struct CrlConfiguration {
    enable: Option<bool>,
}

/// Completes a transaction with the certificate that was signed elsewhere.
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let pki = caller.may(Action::ImportWorkspaceAuthority).await?;
    let project = project(&caller, &segment).await?;
    pki.import_workspace_authority(caller.author(), project, request.try_into()?).await?;
    Ok(StatusCode::OK)
}

impl TryFrom<Request> for WorkspaceImport {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        if let Some(Object(CrlConfiguration { enable: Some(true) })) = request.crl_configuration {
            let problem = "CRLs need revocation, which comes with a later release; leave it out \
                           or set enable to false";
            return Err(BadParameter::new("crl_configuration", problem));
        }
        let pem = required("pem_code", request.pem_code)?;
        Ok(Self {
            transaction: transaction(request.transaction_id)?,
            subject: subject(request.distinguished_name)?,
            key_algorithm: key_algorithm(request.key_algorithm)?,
            pem: bounded("pem_code", pem, PEM_LENGTH)?,
        })
    }
}
