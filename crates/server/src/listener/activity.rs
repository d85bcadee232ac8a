//! What a connection is doing, so that one that does nothing is ended.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::bounds::Times;

/// Why a connection is ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Expired {
    /// No request came.
    NotAsking,
    /// An answer was not taken.
    NotReading,
}

/// What a connection is doing.
#[derive(Debug)]
pub(super) struct Activity {
    times: Times,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    phase: Phase,
    since: Instant,
    answering: usize,
    /// Since when octets of an answer have waited for the client to take some.
    blocked: Option<Instant>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    /// Between requests.
    Idle,
    /// A request's header is awaited, or has come in part.
    Reading,
}

impl Activity {
    /// A connection of which a request is awaited soon.
    pub(super) fn reading(times: Times) -> Self {
        Self::starting(Phase::Reading, times)
    }

    /// A connection that may wait.
    pub(super) fn idle(times: Times) -> Self {
        Self::starting(Phase::Idle, times)
    }

    fn starting(phase: Phase, times: Times) -> Self {
        let state = State { phase, since: Instant::now(), answering: 0, blocked: None };
        Self { times, state: Mutex::new(state) }
    }

    /// A request has come; it is answered when the returned value is dropped.
    pub(super) fn answering(self: &Arc<Self>) -> Answering {
        self.state().answering += 1;
        Answering(Arc::clone(self))
    }

    /// Whether requests are being answered.
    pub(super) fn is_answering(&self) -> bool {
        self.state().answering > 0
    }

    /// Whether a request may be on its way.
    pub(super) fn is_reading(&self) -> bool {
        let state = self.state();
        state.answering == 0 && state.phase == Phase::Reading
    }

    /// Returns once the connection has been without a request for too long, or its client has not
    /// taken any of an answer for too long.
    pub(super) async fn expired(&self) -> Expired {
        loop {
            let now = Instant::now();
            let (end, why) = self.end(now);
            if end <= now {
                return why;
            }
            // An answer may be blocked before that.
            tokio::time::sleep_until(end.min(now + self.times.write)).await;
        }
    }

    /// When the present state has lasted too long, if nothing happens.
    fn end(&self, now: Instant) -> (Instant, Expired) {
        let state = self.state();
        if let Some(blocked) = state.blocked {
            return (blocked + self.times.write, Expired::NotReading);
        }
        let end = match state.phase {
            _ if state.answering > 0 => now + self.times.header,
            Phase::Idle => state.since + self.times.idle,
            Phase::Reading => state.since + self.times.header,
        };
        (end, Expired::NotAsking)
    }

    /// Octets have come.
    fn received(&self) {
        let mut state = self.state();
        if state.answering == 0 && state.phase == Phase::Idle {
            *state = State { phase: Phase::Reading, since: Instant::now(), ..*state };
        }
    }

    /// Octets of an answer were taken by the client. A long CRL takes its time on a slow line; who
    /// takes none of it for as long as a connection may be idle is cut off.
    fn sent(&self) {
        let mut state = self.state();
        state.blocked = None;
        if state.answering == 0 && state.phase == Phase::Idle {
            state.since = Instant::now();
        }
    }

    /// Octets of an answer are not taken now.
    fn blocked(&self) {
        self.state().blocked.get_or_insert_with(Instant::now);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered.
pub(super) struct Answering(Arc<Activity>);

impl Drop for Answering {
    fn drop(&mut self) {
        let mut state = self.0.state();
        let answering = state.answering.saturating_sub(1);
        *state = State { phase: Phase::Idle, since: Instant::now(), answering, ..*state };
    }
}

/// A stream that notes when octets come and go.
pub(super) struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
    }

    fn note(&self, written: &Poll<std::io::Result<usize>>) {
        match written {
            Poll::Ready(Ok(octets)) if *octets > 0 => self.activity.sent(),
            Poll::Ready(_) => {}
            Poll::Pending => self.activity.blocked(),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.activity.received();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, octets);
        self.note(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.note(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        match &flushed {
            // TLS takes octets that it cannot pass on yet.
            Poll::Pending => self.activity.blocked(),
            Poll::Ready(_) => self.activity.state().blocked = None,
        }
        flushed
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const TIMES: Times = Times {
        handshake: Duration::from_secs(10),
        header: Duration::from_secs(15),
        idle: Duration::from_secs(75),
        write: Duration::from_secs(30),
    };

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_of_an_answer_is_cut_off_before_who_is_only_idle() {
        let activity = Arc::new(Activity::reading(TIMES));
        drop(activity.answering());
        let begun = Instant::now();
        activity.blocked();
        tokio::time::advance(Duration::from_secs(20)).await;
        activity.sent();
        activity.blocked();
        activity.received();

        assert_eq!(activity.expired().await, Expired::NotReading);

        assert_eq!(begun.elapsed(), Duration::from_secs(20) + TIMES.write);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_blocked_while_others_are_made_ends_the_connection_too() {
        let activity = Arc::new(Activity::idle(TIMES));
        let answering = activity.answering();
        activity.blocked();

        assert_eq!(activity.expired().await, Expired::NotReading);
        drop(answering);
    }

    #[tokio::test(start_paused = true)]
    async fn a_header_that_does_not_come_ends_the_connection() {
        let begun = Instant::now();

        Activity::reading(TIMES).expired().await;

        assert_eq!(begun.elapsed().as_secs(), TIMES.header.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_in_use_does_not_expire() {
        let activity = Arc::new(Activity::reading(TIMES));
        let answering = activity.answering();

        let waited = tokio::time::timeout(Duration::from_secs(600), activity.expired()).await;

        assert!(waited.is_err());
        drop(answering);
    }

    #[tokio::test(start_paused = true)]
    async fn between_requests_it_may_wait_longer() {
        let activity = Arc::new(Activity::reading(TIMES));
        drop(activity.answering());
        let begun = Instant::now();

        activity.expired().await;

        assert_eq!(begun.elapsed().as_secs(), TIMES.idle.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_still_taken_is_not_cut_off() {
        let activity = Arc::new(Activity::reading(TIMES));
        drop(activity.answering());
        let begun = Instant::now();
        tokio::time::advance(TIMES.idle / 2).await;
        activity.sent();

        activity.expired().await;

        assert_eq!(begun.elapsed().as_secs(), (TIMES.idle / 2 + TIMES.idle).as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickling_header_is_not_waited_for_longer() {
        let activity = Arc::new(Activity::reading(TIMES));
        drop(activity.answering());
        activity.received();
        let begun = Instant::now();
        tokio::time::advance(Duration::from_secs(5)).await;
        activity.received();

        activity.expired().await;

        assert_eq!(begun.elapsed().as_secs(), TIMES.header.as_secs());
    }
}
