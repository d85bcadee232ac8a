//! The task that sends spans to the collector.

use std::time::Duration;

use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::measure;
use crate::stop::Stop;

/// How many spans go into one message at most.
const BATCH: usize = 1024;
/// How long the first span of a message waits for others.
const LINGER: Duration = Duration::from_secs(1);
/// How long the collector may take for a message.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How long what is left may take at the end.
const FAREWELL: Duration = Duration::from_secs(2);
/// The pause after a failure, which doubles with each.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Where spans leave the server.
pub(crate) struct Outlet {
    pub(super) spans: Receiver<SpanData>,
    pub(super) exporter: SpanExporter,
    pub(super) endpoint: String,
}

impl Outlet {
    /// Sends what comes until `stop` is given, then what is left.
    pub(crate) async fn send(mut self, mut stop: Stop) {
        let mut failures = 0;
        // Kept here, so that what was taken out is not lost where the wait for more of it ends.
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                () = stop.given() => break,
                () = fill(&mut batch, &mut self.spans) => {}
            }
            if batch.is_empty() {
                return;
            }
            failures = match self.export(std::mem::take(&mut batch), failures).await {
                Ok(()) => 0,
                Err(Refused) => {
                    tokio::select! {
                        () = stop.given() => break,
                        () = sleep(pause(failures)) => failures.saturating_add(1),
                    }
                }
            };
        }
        let end = Instant::now() + FAREWELL;
        loop {
            while batch.len() < BATCH
                && let Ok(span) = self.spans.try_recv()
            {
                batch.push(span);
            }
            if batch.is_empty() {
                return;
            }
            let count = batch.len();
            let sent = timeout_at(end, self.exporter.export(std::mem::take(&mut batch))).await;
            if matches!(sent, Ok(Ok(()))) { measure::sent(count) } else { measure::lost(count) }
        }
    }

    /// Sends one message. The first of several failures in a row is told to the log, and the end of
    /// them.
    async fn export(&self, batch: Vec<SpanData>, failures: u32) -> Result<(), Refused> {
        let count = batch.len();
        let sent = timeout(PATIENCE, self.exporter.export(batch)).await;
        let cause = match sent {
            Ok(Ok(())) => {
                measure::sent(count);
                if failures > 0 {
                    tracing::info!(endpoint = self.endpoint, "the collector takes traces again");
                }
                return Ok(());
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        measure::lost(count);
        if failures == 0 {
            tracing::warn!(
                endpoint = self.endpoint,
                cause,
                "the collector takes no traces: they are dropped until it does"
            );
        }
        Err(Refused)
    }
}

/// The collector did not take a message.
struct Refused;

/// Fills the next message: up, or with what comes within a second; it stays empty when nothing comes any
/// more.
async fn fill(batch: &mut Vec<SpanData>, spans: &mut Receiver<SpanData>) {
    spans.recv_many(batch, BATCH).await;
    let end = Instant::now() + LINGER;
    while !batch.is_empty() && batch.len() < BATCH {
        let room = BATCH - batch.len();
        match timeout_at(end, spans.recv_many(batch, room)).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
}

/// The pause after a failure that so many others came before.
fn pause(failures: u32) -> Duration {
    PAUSE.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let seconds: Vec<_> = (0..7).map(|failures| pause(failures).as_secs()).collect();

        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }
}
