//! `GET /v1/private-certificate-authorities/{ca_id}/csr`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use x509::pem::{LineEnding, encode};

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    csr: String,
}

/// The certification request of a pending authority, PEM with CRLF.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/{ca_id}/csr",
    operation_id = "authority_request",
    params(("ca_id" = inline(Id), Path)),
    responses((status = 200, description = "The request.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Json<Answer>, Error> {
    let id = ca_id(&segment)?;
    let pki = caller.may_on_authority(Action::ExportAuthorityCsr, id).await?;
    let request = pki.authority_request(caller.account(), id).await?;
    let csr = encode("CERTIFICATE REQUEST", &request, LineEnding::CrLf);
    Ok(Json(Answer { csr }))
}
