//! Bounds on what comes before the body.

use axum::http::{HeaderMap, Uri, header};

use crate::gateway::Gateway;

/// The longest request target, in octets.
const TARGET_LENGTH: usize = 8 * 1024;
/// All headers together, in octets.
const HEADERS_LENGTH: usize = 64 * 1024;
/// The number of header lines.
const HEADERS_COUNT: usize = 100;

/// Refuses a request whose head is out of bounds.
pub(crate) fn check_head(uri: &Uri, headers: &HeaderMap) -> Result<(), Gateway> {
    let target = uri.path_and_query().map_or(0, |target| target.as_str().len());
    if target > TARGET_LENGTH {
        return Err(Gateway::uri_too_long());
    }
    // Name, colon, space, value, line end.
    let length: usize =
        headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if length > HEADERS_LENGTH || headers.len() > HEADERS_COUNT {
        return Err(Gateway::headers_too_large());
    }
    // RFC 9112 §3.2: with two hosts a proxy and we might each believe another one.
    if headers.get_all(header::HOST).iter().count() > 1 {
        return Err(Gateway::bad_request());
    }
    Ok(())
}
