//! The trace of a caller, named by the header `traceparent` (W3C Trace Context, level 1).

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Makes `span` a child of the one that a caller names. What names none changes nothing.
pub(crate) fn continue_trace(span: &Span, traceparent: &str) {
    if let Some(parent) = parent(traceparent) {
        // Refused only where no span is made.
        let _off = span.set_parent(Context::new().with_remote_span_context(parent));
    }
}

/// The span that a `traceparent` names: version, trace, span and flags, in lower-case hex with dashes
/// between them. A later version may say more.
fn parent(text: &str) -> Option<SpanContext> {
    let mut fields = text.split('-');
    let mut field = |digits: usize| {
        fields.next().filter(|field| {
            field.len() == digits && field.bytes().all(|b| b"0123456789abcdef".contains(&b))
        })
    };
    let (version, trace, span, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
    if version == "ff" || (version == "00" && fields.next().is_some()) {
        return None;
    }
    let parent = SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    parent.is_valid().then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn a_caller_names_its_span_and_whether_the_trace_is_kept() {
        for (flags, kept) in [("00", false), ("01", true), ("03", true)] {
            let parent = parent(&format!("00-{TRACE}-{SPAN}-{flags}")).unwrap();

            assert_eq!(parent.trace_id().to_string(), TRACE);
            assert_eq!(parent.span_id().to_string(), SPAN);
            assert_eq!(parent.is_sampled(), kept, "{flags}");
        }
    }

    #[test]
    fn a_later_version_may_say_more() {
        assert!(parent(&format!("01-{TRACE}-{SPAN}-01-more")).is_some());
    }

    #[test]
    fn what_names_no_span_is_ignored() {
        let zeros = "0".repeat(32);
        for text in [
            String::new(),
            "00".to_owned(),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{zeros}-{SPAN}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            format!("00-{TRACE}-{SPAN}-0x"),
            format!("00-{TRACE}-+0f067aa0ba902b7-01"),
        ] {
            assert_eq!(parent(&text), None, "{text}");
        }
    }
}
