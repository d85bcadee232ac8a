//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/import`

use axum::response::IntoResponse;
use pki::workspace::WorkspaceImport;
use serde::Deserialize;
use utoipa::ToSchema;

use super::CERT_ID;
use super::crl_configuration::{self, CrlConfiguration};
use super::fields::{
    Subject, key_algorithm, key_algorithm_schema, subject, transaction, transaction_schema,
};
use crate::action::Action;
use crate::caller::Caller;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, bounded, required};
use crate::path::Segment;
use crate::schema::{self, Project};
use crate::workspace_v2::{Error, enter};

/// The longest certificate with its chain, in characters of PEM: 2 MiB.
const PEM_LENGTH: usize = 2_097_152;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Subject>)]
    distinguished_name: Option<Object<Subject>>,
    #[schema(required, schema_with = key_algorithm_schema)]
    key_algorithm: Option<String>,
    #[schema(required, schema_with = transaction_schema)]
    transaction_id: Option<String>,
    #[schema(schema_with = schema::optional_object::<CrlConfiguration>)]
    crl_configuration: Option<Object<CrlConfiguration>>,
    #[schema(required, schema_with = schema::text::<PEM_LENGTH>)]
    pem_code: Option<String>,
}

/// Completes a transaction with the certificate that was signed elsewhere.
#[utoipa::path(
    post,
    path = "/v2/{project_id}/certmanager/private-certificate-authorities/import",
    operation_id = "import_workspace_authority",
    params(("project_id" = inline(Project), Path)),
    request_body = inline(Request),
    responses((status = 200, description = "The authority has its certificate."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Error> {
    let (pki, project) = enter(&caller, Action::ImportWorkspaceAuthority, &segment.0).await?;
    let id = pki.import_workspace_authority(caller.author(), project, request.try_into()?).await?;
    Ok([(CERT_ID, id.to_string())])
}

impl TryFrom<Request> for WorkspaceImport {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let pem = required("pem_code", request.pem_code)?;
        Ok(Self {
            transaction: transaction(request.transaction_id)?,
            subject: subject(request.distinguished_name)?,
            key_algorithm: key_algorithm(request.key_algorithm)?,
            pem: bounded("pem_code", pem, PEM_LENGTH)?,
            crl: request.crl_configuration.map(crl_configuration::parse).transpose()?,
        })
    }
}
