//! The answer to what is no request: the HTTP library has refused it before any route was looked up.

use axum::http::{HeaderValue, Response, StatusCode, header};
use ledger::RequestId;

use crate::frame::ID_HEADERS;
use crate::gateway::Gateway;
use crate::measure;

/// What the gateway says where the HTTP library would answer with `status` and no word, as it does
/// to a head that is malformed (400) or that passes its own bounds (414, 431).
pub fn unreadable(status: StatusCode, request_id: RequestId) -> Response<String> {
    let gateway = match status {
        StatusCode::URI_TOO_LONG => Gateway::uri_too_long(),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Gateway::headers_too_large(),
        _ => Gateway::bad_request(),
    };
    measure::unreadable(gateway.status);
    let mut response = Response::new(gateway.body(request_id).to_string());
    *response.status_mut() = gateway.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(value) = HeaderValue::from_str(&request_id.to_string()) {
        for name in ID_HEADERS {
            headers.insert(name, value.clone());
        }
    }
    response
}
