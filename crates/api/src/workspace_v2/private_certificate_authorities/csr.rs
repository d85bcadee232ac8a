//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/csr`

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use pki::workspace::WorkspaceRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use x509::key::HashAlgorithm;
use x509::pem::{LineEnding, encode};

use super::attachment::{Form, attachment};
use super::fields::{
    HASHES, Subject, key_algorithm, key_algorithm_schema, subject, transaction, transaction_schema,
};
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, given};
use crate::path::Segment;
use crate::schema::{self, Project};
use crate::workspace_v2::{Error, enter};

/// The page shows `signature_algorithm` only in its example.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Subject>)]
    distinguished_name: Option<Object<Subject>>,
    #[schema(required, schema_with = key_algorithm_schema)]
    key_algorithm: Option<String>,
    #[schema(schema_with = hash)]
    signature_algorithm: Option<String>,
    #[schema(required, schema_with = transaction_schema)]
    transaction_id: Option<String>,
}

fn hash() -> RefOr<Schema> {
    schema::optional_one_of(&HASHES)
}

#[derive(Serialize, ToSchema)]
struct Answer {
    csr: String,
    #[schema(schema_with = transaction_schema)]
    transaction_id: String,
}

/// Makes the certification request of a Workspace authority: a PEM file, or JSON when the client
/// wants that.
#[utoipa::path(
    post,
    path = "/v2/{project_id}/certmanager/private-certificate-authorities/csr",
    operation_id = "workspace_request",
    params(("project_id" = inline(Project), Path)),
    request_body = inline(Request),
    responses((status = 200, description = "The request, PEM.", content(
        (String = "application/octet-stream"),
        (inline(Answer) = "application/json"),
    )))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    headers: HeaderMap,
    Json(request): Json<Request>,
) -> Result<Response, Error> {
    let (pki, project) = enter(&caller, Action::ExportWorkspaceCsr, &segment.0).await?;
    let request: WorkspaceRequest = request.try_into()?;
    let common_name = request.subject.common_name.clone();
    let transaction = request.transaction.to_string();
    let der = pki.workspace_request(caller.author(), project, request).await?;
    let pem = encode("CERTIFICATE REQUEST", &der, LineEnding::Lf);
    Ok(match Form::wanted(&headers) {
        Form::File => attachment(&common_name, "csr", pem),
        Form::Json => axum::Json(Answer { csr: pem, transaction_id: transaction }).into_response(),
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
