//! `GET /v1/private-certificate-authorities/{ca_id}/csr`

use axum::Json as Answer;
use serde_json::{Value, json};
use x509::pem::{LineEnding, encode};

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};

/// The certification request of a pending authority, PEM with CRLF.
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Answer<Value>, Error> {
    let pki = caller.may(Action::ExportAuthorityCsr).await?;
    let request = pki.authority_request(caller.account(), ca_id(&segment)?).await?;
    let csr = encode("CERTIFICATE REQUEST", &request, LineEnding::CrLf);
    Ok(Answer(json!({ "csr": csr })))
}
