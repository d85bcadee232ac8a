//! `GET /ca/{ca_id}.cer`: the certificate of an authority, DER (RFC 5280 §4.2.2.1).

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::CaId;
use x509::Certificate;

use super::conditional::Freshness;
use super::{PublicServices, Refused};

/// It never changes, so a cache may keep it for a day.
const MAX_AGE: u64 = 24 * 60 * 60;

pub(super) async fn handle(
    State(services): State<Arc<PublicServices>>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let Path(file) = path?;
    let id = file.strip_suffix(".cer").and_then(|id| id.parse::<CaId>().ok());
    let id = id.ok_or(Refused::Nothing)?;
    let der = services.pki.certificate_of_any(id).await?.ok_or(Refused::Nothing)?;
    let certificate = Certificate::from_der(&der).map_err(|_| Refused::Internal)?;
    let modified = ledger::Timestamp::from_seconds(certificate.not_before().0);
    let freshness = Freshness { tag: format!("\"{id}\""), modified, max_age: MAX_AGE };
    let (status, body) = if freshness.is_known(&headers) {
        (StatusCode::NOT_MODIFIED, Vec::new())
    } else {
        (StatusCode::OK, der)
    };
    let mut response = (status, body).into_response();
    response.headers_mut().extend(freshness.headers());
    let kind = HeaderValue::from_static("application/pkix-cert");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}
