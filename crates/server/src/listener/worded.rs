//! Our own words in the place of the answers that the HTTP library gives by itself.
//!
//! It answers a head that it cannot parse with a bare status, before any of our code has seen the
//! request. Such an answer is known by its form: one of three statuses, and no body.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use hyper::{Response, StatusCode};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What to say instead of a bare status.
pub(crate) type Words = Arc<dyn Fn(StatusCode) -> Response<String> + Send + Sync>;

/// The statuses that the library answers with by itself.
const BARE: [StatusCode; 3] = [
    StatusCode::BAD_REQUEST,
    StatusCode::URI_TOO_LONG,
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
];

/// A stream on which bare answers are replaced.
pub(super) struct Worded<S> {
    stream: S,
    words: Words,
    /// The answer that is being written instead, and how much of it is.
    instead: Option<(Vec<u8>, usize)>,
}

impl<S> Worded<S> {
    pub(super) fn new(stream: S, words: Words) -> Self {
        Self { stream, words, instead: None }
    }

    /// Sees whether `octets` are to be replaced.
    fn look(&mut self, octets: &[u8]) {
        if self.instead.is_none()
            && let Some(status) = bare(octets)
        {
            self.instead = Some((rendered(&(self.words)(status)), 0));
        }
    }
}

/// The status of a bare answer.
fn bare(octets: &[u8]) -> Option<StatusCode> {
    let head = octets.strip_prefix(b"HTTP/1.").filter(|head| head.ends_with(b"\r\n\r\n"))?;
    let status = StatusCode::from_bytes(head.get(2..5)?).ok()?;
    let empty = head.split(|octet| *octet == b'\n').any(|line| line == b"content-length: 0\r");
    (BARE.contains(&status) && empty).then_some(status)
}

/// The answer as it goes over the wire, after which the connection ends.
fn rendered(answer: &Response<String>) -> Vec<u8> {
    let status = answer.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut octets = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in answer.headers() {
        octets.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    let length = answer.body().len();
    octets.extend(format!("connection: close\r\ncontent-length: {length}\r\n\r\n").into_bytes());
    octets.extend(answer.body().as_bytes());
    octets
}

impl<S: AsyncWrite + Unpin> Worded<S> {
    /// Writes what goes instead of `replaced` octets, if anything does.
    fn poll_instead(
        &mut self,
        context: &mut Context<'_>,
        replaced: usize,
    ) -> Poll<Option<io::Result<usize>>> {
        let Self { stream, instead, .. } = self;
        let Some((answer, written)) = instead else { return Poll::Ready(None) };
        while let Some(rest) = answer.get(*written..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut *stream).poll_write(context, rest)) {
                Ok(0) => return Poll::Ready(Some(Err(io::ErrorKind::WriteZero.into()))),
                Ok(octets) => *written += octets,
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        self.instead = None;
        Poll::Ready(Some(Ok(replaced)))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Worded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Worded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.look(octets);
        match ready!(self.poll_instead(context, octets.len())) {
            Some(written) => Poll::Ready(written),
            None => Pin::new(&mut self.stream).poll_write(context, octets),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match pieces {
            [piece] => self.poll_write(context, piece),
            // A bare answer is one piece.
            _ => Pin::new(&mut self.stream).poll_write_vectored(context, pieces),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_answer_is_known_by_its_form() {
        let bare_400 =
            b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

        assert_eq!(bare(bare_400), Some(StatusCode::BAD_REQUEST));
        for other in [
            &b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 400",
            b"",
        ] {
            assert_eq!(bare(other), None, "{}", String::from_utf8_lossy(other));
        }
    }
}
