//! SIGINT and SIGTERM: end after the window that runs, so that every server is stopped.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Failure;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Starts to listen for the signals.
///
/// # Errors
///
/// The thread or its runtime cannot be made.
pub(crate) fn watch() -> Result<(), Failure> {
    let doing = "listening for signals";
    let runtime =
        runtime::Builder::new_current_thread().enable_io().build().map_err(Failure::io(doing))?;
    let streams = {
        let _inside = runtime.enter();
        signal(SignalKind::interrupt()).and_then(|i| Ok((i, signal(SignalKind::terminate())?)))
    };
    let (mut interrupt, mut terminate) = streams.map_err(Failure::io(doing))?;
    let watcher = move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            INTERRUPTED.store(true, Ordering::Relaxed);
        });
    };
    thread::Builder::new().name("signals".to_owned()).spawn(watcher).map_err(Failure::io(doing))?;
    Ok(())
}

/// Whether to go on.
///
/// # Errors
///
/// [`Failure::Interrupted`] after a signal.
pub(crate) fn check() -> Result<(), Failure> {
    if INTERRUPTED.load(Ordering::Relaxed) { Err(Failure::Interrupted) } else { Ok(()) }
}
