//! `GET /crl/{bucket}/{name}.crl`: the complete CRL of an authority, and below its name the shards.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use pki::crl::{CrlBytes, Finality, Location};

use super::conditional::Freshness;
use super::{PublicServices, Refused};

/// For how many seconds a cache may keep a CRL without asking: a revocation is to be seen soon.
const MAX_AGE: u64 = 60;
/// For how many seconds it may keep the last one.
const LAST_MAX_AGE: u64 = 24 * 60 * 60;

pub(super) async fn complete(
    State(services): State<Arc<PublicServices>>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let Path((bucket, file)) = path?;
    let name = file.strip_suffix(".crl").ok_or(Refused::Nothing)?.to_owned();
    serve(&services, &Location { bucket, name }, None, &headers).await
}

pub(super) async fn shard(
    State(services): State<Arc<PublicServices>>,
    path: Result<Path<(String, String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let Path((bucket, name, file)) = path?;
    let shard = file.strip_suffix(".crl").and_then(|number| number.parse().ok());
    let shard: u32 = shard.ok_or(Refused::Nothing)?;
    // One name for one thing: no `+1`, no `01`.
    if file != format!("{shard}.crl") {
        return Err(Refused::Nothing);
    }
    serve(&services, &Location { bucket, name }, Some(shard), &headers).await
}

async fn serve(
    services: &PublicServices,
    location: &Location,
    shard: Option<u32>,
    headers: &HeaderMap,
) -> Result<Response, Refused> {
    let bytes = services.pki.crl_at(location, shard).await?.ok_or(Refused::Nothing)?;
    let crl = bytes.crl().clone();
    let freshness = Freshness {
        tag: format!("\"{}\"", crl.number),
        modified: crl.this_update,
        max_age: match crl.finality {
            Finality::Last => LAST_MAX_AGE,
            Finality::More => MAX_AGE,
        },
    };
    let mut response = if freshness.is_known(headers) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Body::from_stream(chunks(bytes)).into_response();
        // For HEAD too (RFC 9110 §8.6), and so that a cut connection is noticed.
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(crl.octets));
        response
    };
    response.headers_mut().extend(freshness.headers());
    let kind = HeaderValue::from_static("application/pkix-crl");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// The bytes as they are read.
fn chunks(bytes: CrlBytes) -> impl futures_util::Stream<Item = Result<Bytes, pki::Error>> {
    stream::try_unfold(bytes, |mut bytes| async move {
        Ok(bytes.next().await?.map(|chunk| (Bytes::from(chunk), bytes)))
    })
}
