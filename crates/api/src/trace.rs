//! The span of a request, under which everything that it causes stands in a trace.

use std::net::IpAddr;

use axum::http::{HeaderMap, StatusCode};
use iam::Network;
use ledger::{RequestId, SPANS};
use tracing::Span;
use tracing::field::{Empty, display};

use crate::frame::Charged;

/// Whose traces are continued, and how.
#[derive(Clone, Debug)]
pub struct Continued {
    /// The networks of callers whose header `traceparent` is believed.
    pub from: Vec<Network>,
    /// Makes a span the child of the one that such a header names.
    pub how: fn(&Span, &str),
}

impl Continued {
    /// Puts `span` under the caller's, where the caller is one of those and names one.
    pub(crate) fn put_under(&self, span: &Span, address: Option<IpAddr>, headers: &HeaderMap) {
        let trusted = |address| self.from.iter().any(|network| network.contains(address));
        let mut named = headers.get_all("traceparent").iter();
        // Two of them name none (W3C Trace Context §3.2).
        if !span.is_disabled()
            && address.is_some_and(trusted)
            && let (Some(parent), None) = (named.next(), named.next())
            && let Ok(parent) = parent.to_str()
        {
            (self.how)(span, parent);
        }
    }
}

/// The span of a request. `method` and `route` are words of ours, not what the client sent.
pub(crate) fn request_span(method: &str, route: &str, request_id: RequestId) -> Span {
    tracing::info_span!(
        target: SPANS,
        parent: None,
        "request",
        otel.name = format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        cinnabar.request_id = %request_id,
        cinnabar.account = Empty,
        cinnabar.user = Empty,
        cinnabar.error_code = Empty,
    )
}

/// Tells how the request ended, and who the caller was once that was proved.
pub(crate) fn answered(
    span: &Span,
    status: StatusCode,
    error_code: Option<&str>,
    charged: Option<&Charged>,
) {
    if span.is_disabled() {
        return;
    }
    // Signed, as OpenTelemetry has its numbers; others would become texts.
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    if let Some(code) = error_code {
        span.record("cinnabar.error_code", code);
    }
    if let Some(charged) = charged {
        span.record("cinnabar.account", display(charged.account));
        span.record("cinnabar.user", display(charged.user));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::http::HeaderValue;
    use tracing::Subscriber;
    use tracing::span::{Attributes, Id, Record};

    use super::*;

    /// Makes every span.
    struct Everything;

    impl Subscriber for Everything {
        fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, _: &tracing::Event<'_>) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    static CONTINUED: AtomicUsize = AtomicUsize::new(0);

    fn is_continued(address: &str, headers: &[&'static str]) -> bool {
        let before = CONTINUED.load(Ordering::SeqCst);
        let continued = Continued {
            from: vec!["10.0.0.0/8".parse().unwrap()],
            how: |_, _| {
                CONTINUED.fetch_add(1, Ordering::SeqCst);
            },
        };
        let mut map = HeaderMap::new();
        for value in headers {
            map.append("traceparent", HeaderValue::from_static(value));
        }
        tracing::subscriber::with_default(Everything, || {
            let span = tracing::info_span!(target: SPANS, "request");
            continued.put_under(&span, address.parse().ok(), &map);
        });
        CONTINUED.load(Ordering::SeqCst) > before
    }

    #[test]
    fn only_the_one_trace_of_a_trusted_caller_is_continued() {
        assert!(is_continued("10.1.2.3", &["00-a-b-01"]));
        assert!(!is_continued("192.0.2.1", &["00-a-b-01"]));
        assert!(!is_continued("nowhere", &["00-a-b-01"]));
        assert!(!is_continued("10.1.2.3", &["00-a-b-01", "00-c-d-01"]));
        assert!(!is_continued("10.1.2.3", &[]));
    }
}
