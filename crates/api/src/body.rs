//! Reading a body within its bounds of size and time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;

use crate::gateway::Gateway;

/// How much of a body that is too large is read all the same, in octets, and dropped. Most clients
/// send everything before they look at the answer; a connection that closes under their hands
/// would tell them nothing.
const DROPPED: usize = 16 * 1024 * 1024;

/// How large the body of a route may be, in octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct BodyLimit(usize);

impl BodyLimit {
    /// Of most routes: 256 KiB.
    pub(crate) const USUAL: Self = Self(256 * 1024);
    /// Of the two calls that import a certificate with its chain: 4 MiB.
    pub(crate) const IMPORT: Self = Self(4 * 1024 * 1024);

    /// Refuses a body that says that it is far too large, before any of it is read.
    pub(crate) fn check_announced(self, headers: &HeaderMap) -> Result<(), Gateway> {
        let Some(length) = headers.get(header::CONTENT_LENGTH) else { return Ok(()) };
        let Some(length) = length.to_str().ok().and_then(|length| length.parse::<u64>().ok())
        else {
            return Err(Gateway::bad_request());
        };
        // A client that asks first has sent nothing yet, so that it will read the answer.
        let asks_first = headers.contains_key(header::EXPECT);
        let most = if asks_first { self.0 } else { self.0 + DROPPED };
        if length > most as u64 { Err(Gateway::body_too_large()) } else { Ok(()) }
    }

    /// Reads the whole body.
    pub(crate) async fn read(self, body: Body, within: Duration) -> Result<Bytes, Gateway> {
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        match tokio::time::timeout(within, self.read_or_drop(body)).await {
            Err(_) => Err(Gateway::body_too_slow()),
            Ok(read) => read,
        }
    }

    /// Reads the body, and of what goes past its bound a little more, which is dropped.
    async fn read_or_drop(self, mut body: Body) -> Result<Bytes, Gateway> {
        let mut octets = Vec::new();
        let mut seen = 0_usize;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Gateway::bad_request())?.into_data() else { continue };
            seen = seen.saturating_add(data.len());
            if seen <= self.0 {
                octets.extend_from_slice(&data);
            } else if seen > self.0 + DROPPED {
                break;
            } else {
                octets = Vec::new();
            }
        }
        if seen > self.0 { Err(Gateway::body_too_large()) } else { Ok(Bytes::from(octets)) }
    }
}
