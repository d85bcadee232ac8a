//! What of a request's body nobody has read: taken off the wire before the answer goes out.
//!
//! Most clients send everything before they look at the answer. A connection or a stream that
//! closes under their hands tells them nothing: curl reports a broken HTTP/2 stream, Python's
//! clients a broken pipe, and the refusal is lost.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, timeout_at};

/// How much is dropped at most, in octets; whoever sends more loses the answer.
const MOST: u64 = 128 * 1024 * 1024;
/// A client that sends nothing for so long is waiting for the answer.
const PAUSE: Duration = Duration::from_secs(1);

/// A request's body, in two hands: the endpoint's and the frame's.
#[derive(Clone)]
pub(crate) struct Leftover(Arc<Mutex<Body>>);

impl Leftover {
    /// Keeps hold of the request's body. A client that asks before it sends (`Expect`, RFC 9110
    /// §10.1.1) has sent nothing yet and will read the answer, and a body that has ended leaves
    /// nothing.
    pub(crate) fn of(request: Request) -> (Request, Option<Self>) {
        if request.headers().contains_key(header::EXPECT) || request.body().is_end_stream() {
            return (request, None);
        }
        let (parts, body) = request.into_parts();
        let leftover = Self(Arc::new(Mutex::new(body)));
        (Request::from_parts(parts, Body::new(leftover.clone())), Some(leftover))
    }

    /// Reads what was not read and drops it, `within` a time.
    pub(crate) async fn discard(self, within: Duration) {
        let end = Instant::now() + within;
        let mut seen = 0_u64;
        while seen <= MOST {
            let pause = end.min(Instant::now() + PAUSE);
            let frame = poll_fn(|context| Pin::new(&mut *self.body()).poll_frame(context));
            let Ok(Some(Ok(frame))) = timeout_at(pause, frame).await else { return };
            seen = seen.saturating_add(frame.data_ref().map_or(0, |data| data.len() as u64));
        }
    }

    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Leftover {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}
