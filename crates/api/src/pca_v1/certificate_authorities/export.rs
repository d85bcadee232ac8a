//! `POST /v1/private-certificate-authorities/{ca_id}/export`

use axum::Json as Answer;
use serde_json::{Value, json};

use crate::action::Action;
use crate::caller::Caller;
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};

/// The certificate of an authority and the chain above it, PEM with CRLF. There is no body; what
/// a client sends all the same is ignored.
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Answer<Value>, Error> {
    let pki = caller.may(Action::ExportAuthority).await?;
    let exported = pki.export_authority(caller.account(), ca_id(&segment)?).await?;
    Ok(Answer(json!({
        "certificate": exported.certificate,
        "certificate_chain": exported.chain,
    })))
}
