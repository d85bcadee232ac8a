//! One turn of a piece of work: take it up, keep the lease, do it, give it back.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use ledger::SPANS;
use pki::lease::{Claim, Ended, Held, Lease, Start};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::work::{Cause, Work};
use super::{Scheduler, backoff, measure};
use crate::stop::Stop;

/// What became of a turn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Turn {
    /// The work was done.
    Done,
    /// The work failed, and waits before it is tried again.
    Failed,
    /// Somebody else does the work, or it is not due.
    NotOurs,
    /// The lease was lost in the middle of it.
    Lost,
    /// The server stops; the work goes on elsewhere or later.
    Stopped,
}

impl Scheduler {
    /// Does the work if it is ours to do.
    pub(super) async fn turn(&self, work: &Arc<dyn Work>, start: Start, stop: &Stop) -> Turn {
        let (kind, name) = (work.kind(), work.name());
        let rests = work.longest_rest();
        let claim = Claim { name: &name, holder: &self.holder, lasts: self.lasts, rests, start };
        let lease = match self.leases.acquire(claim).await {
            Ok(Some(lease)) => lease,
            Ok(None) => return Turn::NotOurs,
            Err(error) => {
                let cause = told(&error);
                tracing::error!(job = kind, work = name, cause, "work could not be taken up");
                return Turn::NotOurs;
            }
        };
        measure::begun(kind, lease.late);
        let began = Instant::now();
        let span = span(kind, &name);
        let (turn, ended) = self.under(&lease, work, stop).instrument(span.clone()).await;
        let outcome = match turn {
            Turn::Done => Some("done"),
            Turn::Failed => Some("failed"),
            Turn::Lost => Some("lost"),
            Turn::NotOurs | Turn::Stopped => None,
        };
        if let Some(outcome) = outcome {
            measure::ended(kind, outcome, began.elapsed());
            span.record("outcome", outcome);
        }
        match self.leases.release(&lease, ended).await {
            Ok(Held::Still | Held::Lost) => {}
            // It runs out.
            Err(error) => {
                let cause = told(&error);
                tracing::error!(job = kind, work = name, cause, "a lease could not be given back");
            }
        }
        turn
    }

    /// Does the work under its lease; how it ended.
    async fn under(&self, lease: &Lease, work: &Arc<dyn Work>, stop: &Stop) -> (Turn, Ended) {
        let (kind, name) = (work.kind(), &lease.name);
        let began = Instant::now();
        // Dropped with the work in it when the lease is lost or the server stops.
        let mut running = JoinSet::new();
        let (own, its) = (Arc::clone(work), lease.clone());
        running.spawn(async move { own.run(&its).await }.instrument(Span::current()));
        let mut stop = stop.clone();
        let result = tokio::select! {
            result = running.join_next() => match result {
                Some(Ok(result)) => result,
                Some(Err(panic)) => Err(Cause::from(panic)),
                None => Ok(()),
            },
            () = self.keep(lease) => {
                tracing::warn!(job = kind, work = name, "a lease was lost in the middle of the work");
                return (Turn::Lost, Ended { pause: Duration::ZERO, failure: None });
            }
            () = stop.given() => {
                return (Turn::Stopped, Ended { pause: Duration::ZERO, failure: None });
            }
        };
        match result {
            Ok(()) => (Turn::Done, Ended { pause: work.rest(began.elapsed()), failure: None }),
            Err(cause) => {
                let cause = told(&*cause);
                let pause = backoff::after(lease.failures);
                let (failures, again_s) = (lease.failures.saturating_add(1), pause.as_secs());
                tracing::error!(job = kind, work = name, failures, again_s, cause, "work failed");
                (Turn::Failed, Ended { pause, failure: Some(cause) })
            }
        }
    }

    /// Renews the lease; returns when it is lost.
    async fn keep(&self, lease: &Lease) {
        loop {
            tokio::time::sleep(self.lasts / 3).await;
            match self.leases.renew(lease, self.lasts).await {
                Ok(Held::Still) => {}
                Ok(Held::Lost) => return,
                // Nobody else can have taken it up by a database that fails, and the fence tells.
                Err(error) => {
                    let cause = told(&error);
                    tracing::error!(work = lease.name, cause, "a lease could not be renewed");
                }
            }
        }
    }
}

/// The span of a turn: what a server does by itself is a trace of its own.
fn span(kind: &str, name: &str) -> Span {
    tracing::info_span!(
        target: SPANS,
        parent: None,
        "job",
        otel.name = format_args!("job {kind}"),
        kind,
        work = name,
        outcome = Empty,
    )
}

/// An error with what caused it.
pub(super) fn told(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
