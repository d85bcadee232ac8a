//! A load: a mix of operations, in a closed loop or in an open one.

mod mix;
mod node;
mod operation;
mod outcome;
mod recorder;
mod schedule;
mod watch;
mod worker;

pub(crate) use mix::Mix;
pub(crate) use node::Node;
pub(crate) use operation::Operation;
pub(crate) use outcome::{Outcome, Slice, Times};

use std::sync::{Arc, Barrier, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time;

use crate::client;
use crate::failure::Failure;
use crate::interrupt;
use crate::load::share;
use crate::machine;
use crate::stock::{Listener, Stock};
use recorder::Recorder;
use schedule::Schedule;
use watch::Watched;
use worker::Worker;

/// How long answers may be overdue after the end.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a connection may take.
const TO_CONNECT: Duration = Duration::from_secs(30);

/// A load.
pub(crate) struct Generator {
    /// To whom: connections take turns.
    pub(crate) nodes: Vec<Node>,
    /// With what.
    pub(crate) stock: Arc<Stock>,
    /// What.
    pub(crate) mix: Mix,
    /// How fast.
    pub(crate) pace: Pace,
}

/// When requests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pace {
    /// Every connection sends its next request when the last one is answered.
    Closed {
        /// How many connections.
        connections: usize,
    },
    /// Requests are due at a fixed rate, whatever becomes of those before.
    Open {
        /// Requests a second.
        rate: f64,
        /// How many connections.
        connections: usize,
        /// How many may be due and not answered; those beyond are left out, and counted.
        outstanding: u64,
    },
}

/// How long a load runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Before anything counts.
    pub(crate) warm_up: Duration,
    /// What counts.
    pub(crate) length: Duration,
    /// In pieces of this length latency and memory are told.
    pub(crate) slice: Duration,
}

impl Pace {
    fn connections(self) -> usize {
        match self {
            Self::Closed { connections } | Self::Open { connections, .. } => connections.max(1),
        }
    }
}

impl Span {
    /// So long, in slices of a second, after a fifth of it.
    pub(crate) fn of(length: Duration) -> Self {
        Self { warm_up: length / 5, length, slice: Duration::from_secs(1) }
    }
}

impl Generator {
    /// Sends, and tells what came of it.
    ///
    /// # Errors
    ///
    /// The server cannot be reached, or keeps a request for half a minute after the end.
    pub(crate) fn run(&self, span: Span) -> Result<Outcome, Failure> {
        interrupt::check()?;
        let threads = machine::cores().min(self.pace.connections());
        let ready = Barrier::new(threads + 1);
        let start = Mutex::new(None);
        let go = Barrier::new(threads + 1);
        let (seen, watched) = thread::scope(|scope| {
            let senders: Vec<_> = (0..threads)
                .map(|thread| {
                    let (ready, start, go) = (&ready, &start, &go);
                    scope.spawn(move || self.send((thread, threads), ready, (start, go), span))
                })
                .collect();
            // Connections are open when the schedule begins.
            ready.wait();
            let began = Instant::now();
            *start.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(Start { began, schedule: self.schedule(began) });
            go.wait();
            let processes = self.nodes.iter().filter_map(Node::process).collect();
            let watched = Watched::over(processes, began, span);
            let seen: Vec<_> =
                senders.into_iter().map(|s| s.join().unwrap_or(Err(Failure::Panicked))).collect();
            (seen, watched)
        });
        let mut all: Option<Recorder> = None;
        for seen in seen {
            let seen = seen?;
            match &mut all {
                None => all = Some(seen),
                Some(all) => all.add(seen)?,
            }
        }
        let all = all.ok_or(Failure::Panicked)?;
        Outcome::of(all, watched, span)
    }

    fn schedule(&self, began: Instant) -> Option<Arc<Schedule>> {
        match self.pace {
            Pace::Closed { .. } => None,
            Pace::Open { rate, outstanding, .. } => {
                Some(Arc::new(Schedule::new(began, rate, outstanding)))
            }
        }
    }

    /// One thread's part.
    fn send(
        &self,
        (thread, threads): (usize, usize),
        ready: &Barrier,
        (start, go): (&Mutex<Option<Start>>, &Barrier),
        span: Span,
    ) -> Result<Recorder, Failure> {
        let connected = client::runtime().and_then(|runtime| {
            let connections = share(self.pace.connections(), threads, thread);
            let open = runtime.block_on(async {
                time::timeout(TO_CONNECT, self.open((thread, threads), connections)).await
            });
            Ok((runtime, open.map_err(|_late| Failure::Slow("connecting"))??))
        });
        // Also when this thread has failed: the others wait for it.
        ready.wait();
        go.wait();
        let (runtime, open) = connected?;
        let start = start.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Start { began, schedule } = start.ok_or(Failure::Panicked)?;
        let from = began + span.warm_up;
        let end = from + span.length;
        let recorder = Arc::new(Mutex::new(Recorder::new(from, span.length, span.slice)?));
        runtime.block_on(async {
            let mut workers = JoinSet::new();
            for (node, api) in open {
                let worker = Worker {
                    node,
                    stock: self.stock.clone(),
                    mix: self.mix.clone(),
                    schedule: schedule.clone(),
                    recorder: recorder.clone(),
                    end,
                    api: Some(api),
                    public: None,
                };
                workers.spawn(worker.work());
            }
            let all = async {
                while let Some(worked) = workers.join_next().await {
                    worked.map_err(|_panic| Failure::Panicked)??;
                }
                Ok::<_, Failure>(())
            };
            let late = (end + PATIENCE).into();
            time::timeout_at(late, all).await.map_err(|_late| Failure::Slow("an answer"))?
        })?;
        let recorder = Arc::into_inner(recorder).ok_or(Failure::Panicked)?;
        Ok(recorder.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    async fn open(
        &self,
        (thread, threads): (usize, usize),
        connections: usize,
    ) -> Result<Vec<(Node, client::Connection)>, Failure> {
        let mut open = Vec::with_capacity(connections);
        for connection in 0..connections {
            let turn = (connection * threads + thread).checked_rem(self.nodes.len());
            let node = turn.and_then(|turn| self.nodes.get(turn));
            let node = node.ok_or(Failure::Exhausted("servers"))?.clone();
            let api = node.connect(Listener::Api).await?;
            open.push((node, api));
        }
        Ok(open)
    }
}

/// When a load began.
#[derive(Clone)]
struct Start {
    began: Instant,
    schedule: Option<Arc<Schedule>>,
}
