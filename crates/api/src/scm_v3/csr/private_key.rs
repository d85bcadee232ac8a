//! `GET /v3/scm/csr/{id}/private-key`

use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::schema::HexId;
use crate::scm_v3::{Error, csr_id};
use crate::secret;

#[derive(Serialize, ToSchema)]
struct Answer<'a> {
    private_key: &'a str,
}

/// Hands out the private key of a certification request; an empty text where there is none.
#[utoipa::path(
    get,
    path = "/v3/scm/csr/{id}/private-key",
    operation_id = "csr_private_key",
    params(("id" = inline(HexId), Path)),
    responses((status = 200, description = "The key, PEM of PKCS#8.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Response, Error> {
    let pki = caller.may(Action::ShowCsrPrivateKey).await?;
    let key = pki.csr_private_key(caller.author(), csr_id(&segment)?).await?;
    Ok(secret::json(&Answer { private_key: &key }))
}
