//! Reading a body within its bounds of size and time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;

use crate::gateway::Gateway;

/// How large the body of a route may be, in octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct BodyLimit(usize);

impl BodyLimit {
    /// Of most routes: 256 KiB.
    pub(crate) const USUAL: Self = Self(256 * 1024);
    /// Of the two calls that import a certificate with its chain: 4 MiB.
    pub(crate) const IMPORT: Self = Self(4 * 1024 * 1024);
    /// Of an OCSP request.
    pub(crate) const OCSP: Self = Self(x509::ocsp::MAX_REQUEST);

    /// Refuses a body that says that it is too large, before any of it is read.
    pub(crate) fn check_announced(self, headers: &HeaderMap) -> Result<(), Gateway> {
        let Some(length) = headers.get(header::CONTENT_LENGTH) else { return Ok(()) };
        let Some(length) = length.to_str().ok().and_then(|length| length.parse::<u64>().ok())
        else {
            return Err(Gateway::bad_request());
        };
        if length > self.0 as u64 { Err(Gateway::body_too_large()) } else { Ok(()) }
    }

    /// Reads the whole body.
    pub(crate) async fn read(self, body: Body, within: Duration) -> Result<Bytes, Gateway> {
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        match tokio::time::timeout(within, self.collect(body)).await {
            Err(_) => Err(Gateway::body_too_slow()),
            Ok(read) => read,
        }
    }

    async fn collect(self, mut body: Body) -> Result<Bytes, Gateway> {
        let mut octets = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Gateway::bad_request())?.into_data() else { continue };
            if data.len() > self.0.saturating_sub(octets.len()) {
                return Err(Gateway::body_too_large());
            }
            octets.extend_from_slice(&data);
        }
        Ok(Bytes::from(octets))
    }
}
