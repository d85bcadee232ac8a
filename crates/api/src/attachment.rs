//! Files as answers.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for itself in an extended parameter (RFC 8187 §3.2.1), as far as names have it.
const EXTENDED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// A file under `name` (RFC 6266), which no cache keeps. The name has neither quotes nor
/// backslashes nor control characters.
pub(crate) fn attachment(name: &str, octets: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition(name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, octets).into_response()
}

/// The plain name, and beside it the whole one if it is not ASCII (RFC 6266 §4.3).
fn disposition(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    if plain == name {
        format!("attachment; filename=\"{name}\"")
    } else {
        let whole = utf8_percent_encode(name, EXTENDED);
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ascii_name_stands_alone_and_another_beside_a_plain_one() {
        for (name, expected) in [
            ("a_iis.zip", "attachment; filename=\"a_iis.zip\""),
            ("é-1.zip", "attachment; filename=\"_-1.zip\"; filename*=UTF-8''%C3%A9-1.zip"),
        ] {
            assert_eq!(disposition(name), expected);
        }
    }
}
