//! The word that the server is to stop, for everything that runs in it.

use tokio::sync::watch;

/// Gives the word.
#[derive(Debug)]
pub(crate) struct Stopper(watch::Sender<bool>);

/// Waits for the word. A stopper that is gone has given it.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

/// The two ends.
pub(crate) fn channel() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Gives the word to all who wait for it, now or later.
    pub(crate) fn give(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Returns once the word is given.
    pub(crate) async fn given(&mut self) {
        // An error means that the stopper is gone.
        let _ = self.0.wait_for(|given| *given).await;
    }
}
