//! The queue between those whose spans end and the task that sends them.

use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::measure;

/// How many spans may wait: a second of a busy server, about 8 MB at worst.
const WAITING: usize = 8192;

/// Takes spans that have ended. One for which there is no room is dropped and counted.
#[derive(Debug)]
pub(super) struct Queue(Sender<SpanData>);

/// A queue and where it comes out.
pub(super) fn queue() -> (Queue, Receiver<SpanData>) {
    bounded(WAITING)
}

fn bounded(waiting: usize) -> (Queue, Receiver<SpanData>) {
    let (sender, receiver) = channel(waiting);
    (Queue(sender), receiver)
}

impl SpanProcessor for Queue {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if self.0.try_send(span).is_err() {
            measure::dropped();
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{Tracer, TracerProvider};
    use opentelemetry_sdk::trace::SdkTracerProvider;

    use super::*;

    #[test]
    fn a_span_that_finds_no_room_is_dropped_at_once() {
        let (queue, mut receiver) = bounded(2);
        let provider = SdkTracerProvider::builder().with_span_processor(queue).build();
        let tracer = provider.tracer("test");

        for name in ["first", "second", "third"] {
            drop(tracer.start(name));
        }

        let names: Vec<_> = std::iter::from_fn(|| receiver.try_recv().ok())
            .map(|span| span.name.into_owned())
            .collect();
        assert_eq!(names, ["first", "second"]);
    }
}
