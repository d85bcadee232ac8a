//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/csr`

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use pki::workspace::WorkspaceRequest;
use serde::Deserialize;
use serde_json::json;
use x509::key::HashAlgorithm;
use x509::pem::{LineEnding, encode};

use super::attachment::{Form, attachment};
use super::fields::{Subject, key_algorithm, subject, transaction};
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, given};
use crate::path::Segment;
use crate::workspace_v2::{Error, project};

/// The hashes of the request's signature.
const HASHES: [(&str, HashAlgorithm); 2] =
    [("SHA-256", HashAlgorithm::Sha256), ("SHA-512", HashAlgorithm::Sha512)];

/// The page shows `signature_algorithm` only in its example.
#[derive(Deserialize)]
pub(crate) struct Request {
    distinguished_name: Option<Object<Subject>>,
    key_algorithm: Option<String>,
    signature_algorithm: Option<String>,
    transaction_id: Option<String>,
}

/// Makes the certification request of a Workspace authority: a PEM file, or JSON when the client
/// wants that.
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    headers: HeaderMap,
    Json(request): Json<Request>,
) -> Result<Response, Error> {
    let pki = caller.may(Action::ExportWorkspaceCsr).await?;
    let project = project(&caller, &segment).await?;
    let request: WorkspaceRequest = request.try_into()?;
    let common_name = request.subject.common_name.clone();
    let transaction = request.transaction.to_string();
    let der = pki.workspace_request(caller.author(), project, request).await?;
    let pem = encode("CERTIFICATE REQUEST", &der, LineEnding::Lf);
    Ok(match Form::wanted(&headers) {
        Form::File => attachment(&common_name, "csr", pem),
        Form::Json => {
            axum::Json(json!({ "csr": pem, "transaction_id": transaction })).into_response()
        }
    })
}

impl TryFrom<Request> for WorkspaceRequest {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let hash = given(request.signature_algorithm);
        Ok(Self {
            subject: subject(request.distinguished_name)?,
            key_algorithm: key_algorithm(request.key_algorithm)?,
            hash: hash.map_or(Ok(HashAlgorithm::Sha256), |hash| {
                choice("signature_algorithm", &hash, &HASHES)
            })?,
            transaction: transaction(request.transaction_id)?,
        })
    }
}
