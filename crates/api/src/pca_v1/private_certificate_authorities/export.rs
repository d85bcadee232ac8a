//! `POST /v1/private-certificate-authorities/{ca_id}/export`

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

#[derive(Serialize, ToSchema)]
struct Answer<'a> {
    certificate: &'a str,
    certificate_chain: Option<&'a str>,
}

/// The certificate of an authority and the chain above it, PEM with CRLF. There is no body; what
/// a client sends all the same is ignored.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/export",
    operation_id = "export_authority",
    params(("ca_id" = inline(Id), Path)),
    responses((status = 200, description = "Certificate and chain.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Response, Error> {
    let id = ca_id(&segment)?;
    let pki = caller.may_on_authority(Action::ExportAuthority, id).await?;
    let exported = pki.export_authority(caller.account(), id).await?;
    let answer =
        Answer { certificate: &exported.certificate, certificate_chain: exported.chain.as_deref() };
    Ok(Json(answer).into_response())
}
