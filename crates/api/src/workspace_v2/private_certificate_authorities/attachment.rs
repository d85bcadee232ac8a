//! A file as an answer.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// What a client wants to get.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    File,
    Json,
}

/// The media type of a CRL in DER (RFC 2585 §4.2).
pub(super) const PKIX_CRL: &str = "application/pkix-crl";

/// The media types that a client would take, without their parameters.
pub(super) fn accepted(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::ACCEPT);
    values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|part| part.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
        .collect()
}

impl Form {
    /// JSON only for who asks for it and for nothing that a file would be: the SDKs ask for
    /// anything at all.
    pub(super) fn wanted(headers: &HeaderMap) -> Self {
        let types = accepted(headers);
        let names = |wanted: &str| types.iter().any(|name| name == wanted);
        if names("application/json") && !names("*/*") && !names("application/octet-stream") {
            Self::Json
        } else {
            Self::File
        }
    }
}

/// `content` as a file named after `stem`.
pub(super) fn attachment(stem: &str, extension: &str, content: impl IntoResponse) -> Response {
    let name = file_name(stem);
    let disposition = format!("attachment; filename=\"{name}.{extension}\"");
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    // `file_name` leaves nothing that a header may not have.
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// `stem` as a file name that is harmless everywhere: letters, digits, `-`, `_`, and single dots
/// that do not stand at its start.
fn file_name(stem: &str) -> String {
    let mut name = String::new();
    for c in stem.chars() {
        let dot = c == '.' && !name.is_empty() && !name.ends_with('.');
        name.push(if dot || c.is_ascii_alphanumeric() || c == '-' { c } else { '_' });
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(accept: &[&'static str]) -> Form {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(header::ACCEPT, HeaderValue::from_static(value));
        }
        Form::wanted(&headers)
    }

    #[test]
    fn only_who_names_json_alone_gets_json() {
        assert_eq!(wanted(&["application/json"]), Form::Json);
        assert_eq!(wanted(&["text/html, Application/JSON;q=0.9"]), Form::Json);
        assert_eq!(wanted(&[]), Form::File);
        assert_eq!(wanted(&["*/*"]), Form::File);
        assert_eq!(wanted(&["application/json, */*"]), Form::File);
        assert_eq!(wanted(&["application/json", "application/octet-stream"]), Form::File);
    }

    #[test]
    fn file_names_lead_nowhere_else() {
        assert_eq!(file_name("api_test"), "api_test");
        assert_eq!(file_name("ca.example.com"), "ca.example.com");
        assert_eq!(file_name("../../etc/passwd"), "_._.__etc_passwd");
        assert_eq!(file_name("a\"b\r\n北*"), "a_b____");
    }
}
