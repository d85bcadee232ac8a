//! The signals that end the server.

use std::process;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// What a shell reports of a program that a second SIGINT ended.
const ENDED_BY_SIGNAL: i32 = 130;

/// SIGTERM and SIGINT, listened for.
pub(super) struct Signals {
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

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
