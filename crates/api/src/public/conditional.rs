//! Headers by which a cache asks whether what it has is still good (RFC 9110 §13, RFC 9111).

use std::time::{Duration, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use ledger::Timestamp;

/// What a cache may know of an answer.
pub(super) struct Freshness {
    /// Its strong entity tag, with its quotes.
    pub(super) tag: String,
    /// When it was made.
    pub(super) modified: Timestamp,
    /// For how many seconds it may be kept without asking.
    pub(super) max_age: u64,
}

impl Freshness {
    /// Whether the client has just this already (RFC 9110 §13.1.2). `If-Modified-Since` is not looked
    /// at: a time of whole seconds, which stands still while a clock is set back, does not tell a CRL or
    /// an answer from the one before, and a revocation would be missed.
    pub(super) fn is_known(&self, headers: &HeaderMap) -> bool {
        headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
            let tags = value.to_str().unwrap_or_default();
            tags.split(',')
                .map(str::trim)
                .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag)
        })
    }

    /// The headers that tell it.
    pub(super) fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let texts = [
            (header::ETAG, self.tag.clone()),
            (header::LAST_MODIFIED, http_date(self.modified)),
            (header::CACHE_CONTROL, format!("public, max-age={}", self.max_age)),
        ];
        let value = |(name, text): (HeaderName, String)| {
            HeaderValue::from_str(&text).ok().map(|value| (name, value))
        };
        texts.into_iter().filter_map(value).collect()
    }
}

/// A time as HTTP writes it (RFC 9110 §5.6.7).
pub(super) fn http_date(at: Timestamp) -> String {
    let seconds = u64::try_from(at.as_seconds()).unwrap_or(0);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn freshness() -> Freshness {
        let modified = Timestamp::from_seconds(784_111_777);
        Freshness { tag: "\"7\"".to_owned(), modified, max_age: 60 }
    }

    fn asking(name: HeaderName, value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        freshness().is_known(&headers)
    }

    #[test]
    fn a_time_is_written_as_http_writes_it() {
        assert_eq!(http_date(freshness().modified), "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn a_client_that_has_the_same_is_told_so() {
        for (value, known) in
            [("\"7\"", true), ("\"6\", W/\"7\"", true), ("*", true), ("\"8\"", false), ("7", false)]
        {
            assert_eq!(asking(header::IF_NONE_MATCH, value), known, "{value}");
        }
        assert!(!asking(header::IF_MODIFIED_SINCE, "Sun, 06 Nov 1994 08:49:37 GMT"));
        assert!(!freshness().is_known(&HeaderMap::new()));
    }
}
