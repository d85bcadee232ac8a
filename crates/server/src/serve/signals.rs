//! The signals that end the server.

use std::process;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// What a shell reports of a program that a second SIGINT ended.
const ENDED_BY_SIGNAL: i32 = 130;

/// SIGTERM and SIGINT, listened for. SIGHUP is too, since it would end the process otherwise; who has
/// something to read again listens for it as well.
pub(super) struct Signals {
    hang_up: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on: until this is called a signal ends the process at once.
    pub(super) fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|error| Failure::internal("cannot listen for signals", error))
        };
        Ok(Self {
            hang_up: listen(SignalKind::hangup())?,
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    /// Returns at the first signal. A second one ends the process at once, which loses nothing that
    /// was answered.
    pub(super) async fn wait_for_the_end(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            tracing::warn!("ended at once by a second signal");
            process::exit(ENDED_BY_SIGNAL);
        });
    }

    /// The next signal that asks for the end.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = hang_ups(&mut self.hang_up) => {}
        }
    }
}

/// Notes each SIGHUP, and never returns.
async fn hang_ups(signal: &mut Signal) {
    while signal.recv().await.is_some() {
        tracing::info!("SIGHUP: given TLS files are read again, and nothing else is");
    }
    std::future::pending().await
}
