//! The canonical request: what client and server both sign.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use super::{Authorization, SignedRequest};

/// All octets but letters, digits and `-_.~` (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// How many characters of a canonical request are shown to the client.
const MAX_SHOWN: usize = 4096;

/// How to read the path: clients differ in what they encode.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PathForm {
    /// Each segment decoded and encoded again.
    Decoded,
    /// Each segment encoded as it is (Go, Java).
    Raw,
}

/// How to sort the query.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum QueryOrder {
    /// By the names and values themselves.
    Decoded,
    /// By their encoded text (Java).
    Encoded,
}

/// The path of the canonical request: each segment encoded anew, a slash at the end.
pub(crate) fn path(raw: &str, form: PathForm) -> String {
    let mut path = String::with_capacity(raw.len() + 1);
    for segment in raw.split('/') {
        let octets: Cow<'_, [u8]> = match form {
            PathForm::Decoded => percent_decode_str(segment).into(),
            PathForm::Raw => segment.as_bytes().into(),
        };
        path.extend(percent_encode(&octets, RESERVED));
        path.push('/');
    }
    // Splitting "/a/" gives an empty segment at the end: its slash is there already.
    if raw.is_empty() || !raw.ends_with('/') {
        return path;
    }
    path.pop();
    path
}

/// The names and values of a query, encoded anew and sorted. A plus sign is itself, not a space.
fn pairs(raw: &str, order: QueryOrder) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
    let encode = |octets: &[u8]| percent_encode(octets, RESERVED).to_string();
    let mut decoded: Vec<(Vec<u8>, Vec<u8>)> = raw
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect();
    decoded.sort_unstable();
    let mut encoded: Vec<(String, String)> =
        decoded.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    if order == QueryOrder::Encoded {
        encoded.sort_unstable();
    }
    encoded
}

/// The query of the canonical request.
pub(crate) fn query(raw: &str, order: QueryOrder) -> String {
    let pairs = pairs(raw, order).into_iter();
    pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The lines of the signed headers, each with its line feed. `None` when one is missing.
pub(crate) fn headers(
    request: &SignedRequest<'_>,
    authorization: &Authorization,
) -> Option<Vec<u8>> {
    let mut lines = Vec::new();
    for name in authorization.names() {
        let mut values: Vec<&[u8]> = request.values(name).collect();
        if values.is_empty() {
            return None;
        }
        values.sort_unstable();
        for value in values {
            lines.extend(name.as_bytes());
            lines.push(b':');
            lines.extend(value);
            lines.push(b'\n');
        }
    }
    Some(lines)
}

/// The canonical request from its six parts.
pub(crate) fn request(
    method: &str,
    (path, query): (&str, &str),
    (headers, signed_headers): (&[u8], &str),
    payload_hash: &str,
) -> Vec<u8> {
    [
        method.as_bytes(),
        path.as_bytes(),
        query.as_bytes(),
        headers,
        signed_headers.as_bytes(),
        payload_hash.as_bytes(),
    ]
    .join(&b'\n')
}

/// The canonical request as it is shown to who sent a wrong signature: line feeds as `|`, the
/// values of whatever is named a token left out, and not longer than 4096 characters.
pub(crate) fn shown(
    request: &SignedRequest<'_>,
    authorization: &Authorization,
    payload_hash: &str,
) -> String {
    let mut query = Vec::new();
    for (name, value) in pairs(request.raw_query, QueryOrder::Decoded) {
        query.push(format!("{name}={}", redacted(&name, &value)));
    }
    let mut shown = request.method.to_ascii_uppercase();
    for part in [&path(request.raw_path, PathForm::Decoded), &query.join("&")] {
        shown.push('|');
        shown.push_str(part);
    }
    for name in authorization.names() {
        for value in request.values(name) {
            let value = String::from_utf8_lossy(value);
            shown.push_str(&format!("|{name}:{}", redacted(name, &value)));
        }
    }
    shown.push_str(&format!("||{}|{payload_hash}", authorization.signed_headers));
    shown.chars().map(|c| if c.is_control() { '?' } else { c }).take(MAX_SHOWN).collect()
}

fn redacted<'a>(name: &str, value: &'a str) -> &'a str {
    let name = name.to_ascii_lowercase();
    let secret = ["token", "authorization", "cookie", "password", "secret"];
    if secret.iter().any(|word| name.contains(word)) { "***" } else { value }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_encoded_anew_and_end_with_a_slash() {
        for (raw, decoded, as_it_is) in [
            ("", "/", "/"),
            ("/", "/", "/"),
            ("/a", "/a/", "/a/"),
            ("/a/", "/a/", "/a/"),
            ("/a//b", "/a//b/", "/a//b/"),
            ("/a%20b", "/a%20b/", "/a%2520b/"),
            ("/a%2fb", "/a%2Fb/", "/a%252fb/"),
            ("/%41~%zz%", "/A~%25zz%25/", "/%2541~%25zz%25/"),
            ("/a+b", "/a%2Bb/", "/a%2Bb/"),
        ] {
            assert_eq!(path(raw, PathForm::Decoded), decoded, "{raw}");
            assert_eq!(path(raw, PathForm::Raw), as_it_is, "{raw}");
        }
    }

    #[test]
    fn queries_are_sorted_and_every_name_has_a_value() {
        for (raw, sorted) in [
            ("", ""),
            ("b=2&a=1", "a=1&b=2"),
            ("a=2&a=1&a", "a=&a=1&a=2"),
            ("a=b=c", "a=b%3Dc"),
            ("&&a=%e8&", "a=%E8"),
            ("a=x+y", "a=x%2By"),
        ] {
            assert_eq!(query(raw, QueryOrder::Decoded), sorted, "{raw}");
        }
    }

    #[test]
    fn the_two_orders_differ_where_an_encoded_octet_sorts_elsewhere() {
        let raw = "a%7B=1&a-=2&aZ=3";

        assert_eq!(query(raw, QueryOrder::Decoded), "a-=2&aZ=3&a%7B=1");
        assert_eq!(query(raw, QueryOrder::Encoded), "a%7B=1&a-=2&aZ=3");
    }

    proptest! {
        #[test]
        fn any_path_becomes_one_that_is_canonical_already(raw in "(/[ -~]{0,8}){0,4}") {
            let once = path(&raw, PathForm::Decoded);

            prop_assert_eq!(&path(&once, PathForm::Decoded), &once);
            prop_assert!(once.ends_with('/'));
        }

        #[test]
        fn any_query_becomes_one_that_is_canonical_already(raw in "[ -~\u{e9}\u{8bc1}]{0,40}") {
            let once = query(&raw, QueryOrder::Decoded);

            prop_assert_eq!(&query(&once, QueryOrder::Decoded), &once);
        }
    }
}
