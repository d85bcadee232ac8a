//! Reading a body within its bounds of size and time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use futures_util::FutureExt;
use http_body::Frame;
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout_at};

use crate::Settings;
use crate::gateway::Gateway;

/// How fast a body must come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Pace {
    /// How long all of it may take.
    pub(crate) within: Duration,
    /// How many octets must come each second, on the average.
    pub(crate) per_second: u32,
}

impl Pace {
    /// What every body is given beyond what its rate asks for: a lost segment or two, a client that
    /// is busy.
    const GRACE: Duration = Duration::from_secs(10);

    pub(crate) fn of(settings: &Settings) -> Self {
        Self { within: settings.body_timeout, per_second: settings.body_rate }
    }

    /// How long a body may have taken of which so much has come.
    fn patience(self, octets: usize) -> Duration {
        let octets = u64::try_from(octets).unwrap_or(u64::MAX);
        match octets.checked_div(u64::from(self.per_second)) {
            Some(seconds) => self.within.min(Self::GRACE + Duration::from_secs(seconds)),
            None => self.within,
        }
    }
}

/// How large the body of a route may be, in octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct BodyLimit(usize);

impl BodyLimit {
    /// Of most routes: 256 KiB.
    pub(crate) const USUAL: Self = Self(256 * 1024);
    /// Of the two calls that import a certificate with its chain: 4 MiB.
    pub(crate) const IMPORT: Self = Self(4 * 1024 * 1024);
    /// Of an OCSP request.
    pub(crate) const OCSP: Self = Self(x509::ocsp::MAX_REQUEST);

    /// The bound, in octets.
    pub(crate) fn octets(self) -> usize {
        self.0
    }

    /// How many octets a body has at most, by what it says. Refuses one that says that it is too
    /// large, before any of it is read.
    pub(crate) fn announced(self, headers: &HeaderMap) -> Result<usize, Gateway> {
        let Some(length) = headers.get(header::CONTENT_LENGTH) else { return Ok(self.0) };
        let Some(length) = length.to_str().ok().and_then(|length| length.parse::<u64>().ok())
        else {
            return Err(Gateway::bad_request());
        };
        let length = usize::try_from(length).ok().filter(|length| *length <= self.0);
        length.ok_or_else(Gateway::body_too_large)
    }

    /// Reads the whole body, if it comes at this pace.
    pub(crate) async fn read(self, body: Body, pace: Pace) -> Result<Bytes, Gateway> {
        Coming::of(body, self.0).rest(pace).await
    }
}

/// A body of which a part has come.
pub(crate) struct Coming {
    body: Body,
    octets: Vec<u8>,
    most: usize,
}

impl Coming {
    /// One of so many octets at most.
    pub(crate) fn of(body: Body, most: usize) -> Self {
        Self { body, octets: Vec::new(), most }
    }

    /// Whether there is none.
    pub(crate) fn is_none(&self) -> bool {
        self.body.is_end_stream()
    }

    /// Takes what is there, without waiting; whether that is all of it.
    pub(crate) fn take_what_is_there(&mut self) -> Result<bool, Gateway> {
        while !self.body.is_end_stream() {
            match self.body.frame().now_or_never() {
                Some(Some(frame)) => self.take(frame)?,
                Some(None) => return Ok(true),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// What was taken.
    pub(crate) fn taken(self) -> Bytes {
        Bytes::from(self.octets)
    }

    /// Waits for the rest, if it comes at this pace; the whole body.
    pub(crate) async fn rest(mut self, pace: Pace) -> Result<Bytes, Gateway> {
        let begun = Instant::now();
        while !self.body.is_end_stream() {
            let end = begun + pace.patience(self.octets.len());
            let next = timeout_at(end, self.body.frame()).await;
            let Some(frame) = next.map_err(|_| Gateway::body_too_slow())? else { break };
            self.take(frame)?;
        }
        Ok(self.taken())
    }

    fn take(&mut self, frame: Result<Frame<Bytes>, axum::Error>) -> Result<(), Gateway> {
        // What is no data is trailers.
        let Ok(more) = frame.map_err(|_| Gateway::bad_request())?.into_data() else {
            return Ok(());
        };
        if more.len() > self.most.saturating_sub(self.octets.len()) {
            return Err(Gateway::body_too_large());
        }
        self.octets.extend_from_slice(&more);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::{StreamExt, stream};

    use super::*;

    const PACE: Pace = Pace { within: Duration::from_secs(30), per_second: 1024 };

    /// A body of so many pieces of this length, one each second.
    fn trickle(pieces: usize, length: usize) -> Body {
        Body::from_stream(stream::unfold(pieces, move |left| async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let piece = Ok::<_, Infallible>(Bytes::from(vec![b' '; length]));
            (left > 0).then_some((piece, left.saturating_sub(1)))
        }))
    }

    async fn read(body: Body) -> (Result<usize, u16>, u64) {
        let begun = Instant::now();
        let read = BodyLimit::USUAL.read(body, PACE).await;
        let read = read.map(|octets| octets.len()).map_err(|refused| refused.status.as_u16());
        (read, begun.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stalls_is_given_up_after_the_grace() {
        assert_eq!(read(Body::from_stream(pending())).await, (Err(408), 10));
        assert_eq!(read(trickle(100, 1)).await, (Err(408), 10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_keeps_the_pace_may_take_longer_but_not_for_ever() {
        assert_eq!(read(trickle(20, 1024)).await, (Ok(20 * 1024), 21));
        assert_eq!(read(trickle(100, 2048)).await, (Err(408), 30));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_there_is_taken_without_waiting_and_the_rest_comes_after_it() {
        let mut whole = Coming::of(Body::from("whole"), 5);
        assert!(whole.take_what_is_there().unwrap());
        assert_eq!(whole.taken(), "whole");

        let here = stream::iter([Ok(Bytes::from_static(b"a half"))]);
        let late = trickle(1, 2).into_data_stream();
        let mut half = Coming::of(Body::from_stream(here.chain(late)), 8);
        assert!(!half.take_what_is_there().unwrap());
        assert_eq!(half.rest(PACE).await.unwrap(), "a half  ");
    }

    #[tokio::test]
    async fn a_body_is_not_longer_than_it_said() {
        let mut body = Coming::of(Body::from("whole"), 4);

        assert_eq!(body.take_what_is_there().unwrap_err().status.as_u16(), 413);
    }

    fn pending() -> stream::Pending<Result<Bytes, Infallible>> {
        stream::pending()
    }
}
