//! A closed loop: every connection sends its next request when the last one is answered.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use tokio::task::JoinSet;
use tokio::time;

use crate::call::Call;
use crate::client::{self, Connection, Target};
use crate::failure::Failure;
use crate::figure::Errors;
use crate::interrupt;
use crate::machine;
use crate::server::processor_time;

/// How long answers may be overdue after a window's end.
const PATIENCE: Duration = Duration::from_secs(30);
/// After how many errors a connection gives up.
const TOO_MANY: u64 = 100;

/// What can be measured window by window.
pub(crate) trait Source {
    /// Sends for `warm_up` and then for `length`, and tells of the latter.
    ///
    /// An answer counts for the window in which it arrives.
    ///
    /// # Errors
    ///
    /// The server cannot be reached, or keeps a request for half a minute longer than the window.
    fn run(&self, warm_up: Duration, length: Duration) -> Result<Window, Failure>;
}

/// Who sends what to whom.
pub(crate) struct Load {
    /// To whom.
    pub(crate) target: Target,
    /// What.
    pub(crate) call: Arc<Call>,
    /// How many send at once.
    pub(crate) connections: usize,
}

/// What happened in one window.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// Answers in a second.
    pub(crate) rate: f64,
    /// How long each took.
    pub(crate) latencies: Vec<Duration>,
    /// The server's processor time for each answer, microseconds.
    pub(crate) server_cpu_us: Option<f64>,
    /// Answers that were not as they should be, during the warm-up as well.
    pub(crate) errors: Errors,
}

impl Source for Load {
    fn run(&self, warm_up: Duration, length: Duration) -> Result<Window, Failure> {
        interrupt::check()?;
        // One thread for each processor, as long as every one gets a connection.
        let threads = machine::cores().min(self.connections);
        let start = Barrier::new(threads + 1);
        let (shares, cpu) = thread::scope(|scope| {
            let senders: Vec<_> = (0..threads)
                .map(|thread| {
                    let connections = share(self.connections, threads, thread);
                    let start = &start;
                    scope.spawn(move || self.send(connections, start, warm_up, length))
                })
                .collect();
            start.wait();
            let cpu = processor_time_over(self.target.process, warm_up, length);
            let shares: Vec<_> =
                senders.into_iter().map(|s| s.join().unwrap_or(Err(Failure::Panicked))).collect();
            (shares, cpu)
        });
        Window::of(shares, cpu, length)
    }
}

impl Window {
    /// The window of `length` in which the threads did so much and the server took so long for it.
    ///
    /// # Errors
    ///
    /// That of a thread.
    pub(crate) fn of(
        shares: Vec<Result<Share, Failure>>,
        cpu: Option<Duration>,
        length: Duration,
    ) -> Result<Self, Failure> {
        let mut window = Self::default();
        for share in shares {
            let share = share?;
            window.latencies.extend(share.latencies);
            window.errors.merge(share.errors);
        }
        let answers = window.latencies.len() as f64;
        window.rate = answers / length.as_secs_f64();
        window.server_cpu_us =
            cpu.filter(|_| answers > 0.0).map(|cpu| cpu.as_secs_f64() * 1e6 / answers);
        Ok(window)
    }
}

impl Load {
    /// One thread's part of the load.
    fn send(
        &self,
        connections: usize,
        start: &Barrier,
        warm_up: Duration,
        length: Duration,
    ) -> Result<Share, Failure> {
        let connected = client::runtime().and_then(|runtime| {
            let open = async {
                let mut open = Vec::with_capacity(connections);
                for _ in 0..connections {
                    open.push(Connection::open(&self.target).await?);
                }
                Ok::<_, Failure>(open)
            };
            let open = runtime.block_on(async { time::timeout(PATIENCE, open).await });
            Ok((runtime, open.map_err(|_late| Failure::Slow("connecting"))??))
        });
        // Also when this thread has failed: the others wait for it.
        start.wait();
        let (runtime, open) = connected?;
        let from = Instant::now() + warm_up;
        let to = from + length;
        runtime.block_on(async {
            let mut senders = JoinSet::new();
            for connection in open {
                senders.spawn(repeat(connection, self.call.clone(), from, to));
            }
            let all = async {
                let mut all = Share::default();
                while let Some(share) = senders.join_next().await {
                    let share = share.map_err(|_panic| Failure::Panicked)?;
                    all.latencies.extend(share.latencies);
                    all.errors.merge(share.errors);
                }
                Ok(all)
            };
            let late = (to + PATIENCE).into();
            time::timeout_at(late, all).await.map_err(|_late| Failure::Slow("an answer"))?
        })
    }
}

/// What one thread did in a window.
#[derive(Debug, Default)]
pub(crate) struct Share {
    /// How long each answer took.
    pub(crate) latencies: Vec<Duration>,
    /// Answers that were not as they should be.
    pub(crate) errors: Errors,
}

/// One connection's requests, until the window's end.
async fn repeat(mut connection: Connection, call: Arc<Call>, from: Instant, to: Instant) -> Share {
    let mut share = Share::default();
    loop {
        let sent = Instant::now();
        if sent >= to || share.errors.count >= TOO_MANY {
            return share;
        }
        match exchange(&mut connection, &call).await {
            Ok(None) => {}
            Ok(Some(wrong)) => {
                share.errors.add(|| wrong);
                continue;
            }
            Err(failure) => {
                // The connection is of no use any more.
                share.errors.add(|| failure.to_string());
                return share;
            }
        }
        let answered = Instant::now();
        if (from..to).contains(&answered) {
            share.latencies.push(answered - sent);
        }
    }
}

/// Sends a request and reads the answer; its text where it has another status than expected.
async fn exchange(connection: &mut Connection, call: &Call) -> Result<Option<String>, Failure> {
    let answer = connection.send(call.request()?).await?;
    let status = answer.status();
    let mut body = answer.into_body();
    if status != call.expected {
        let body = body.collect().await?.to_bytes();
        return Ok(Some(format!("{status} {}", String::from_utf8_lossy(&body))));
    }
    while let Some(frame) = body.frame().await {
        frame?;
    }
    Ok(None)
}

/// How many of `all` connections the thread with this number has.
pub(crate) fn share(all: usize, threads: usize, thread: usize) -> usize {
    all / threads + usize::from(thread < all % threads)
}

/// What a process spends between the ends of two spans of time.
pub(crate) fn processor_time_over(
    process: u32,
    before: Duration,
    length: Duration,
) -> Option<Duration> {
    thread::sleep(before);
    let from = processor_time(process)?;
    thread::sleep(length);
    processor_time(process)?.checked_sub(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connection_belongs_to_one_thread() {
        for (all, threads) in [(32, 2), (8, 3), (1, 1), (7, 7)] {
            let shares: Vec<usize> = (0..threads).map(|t| share(all, threads, t)).collect();

            assert_eq!(shares.iter().sum::<usize>(), all);
            assert!(shares.iter().all(|share| *share >= 1), "{shares:?}");
        }
    }
}
