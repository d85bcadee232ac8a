//! The threads that wait for a replica. They are its own: one that hangs keeps nobody else from working.

use std::io;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// Threads that are made when they are needed, and end when they are not for a while.
pub(super) struct Threads {
    /// There until they are dropped.
    runtime: Option<Runtime>,
}

impl Threads {
    /// At most so many.
    ///
    /// # Errors
    ///
    /// When the system gives none.
    pub(super) fn new(most: usize) -> io::Result<Self> {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.max_blocking_threads(most).thread_name("store-replica").build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Does this on one of them, whether or not somebody waits for it; `None` once they have ended.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<JoinHandle<T>> {
        Some(self.runtime.as_ref()?.spawn_blocking(work))
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Whoever drops it waits for none that hangs, and may be one of them.
            runtime.shutdown_background();
        }
    }
}
