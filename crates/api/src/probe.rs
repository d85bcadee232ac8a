//! One look at whether commits are possible, shared by everybody who asks within a second.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::Readiness;
use crate::problem::log_internal;

/// How long the outcome of a look is good for. Anybody may ask without credentials, and a look
/// costs a commit.
const FRESH: Duration = Duration::from_secs(1);

/// Asks a [`Readiness`] once a second at most, and one at a time.
pub struct Probe {
    readiness: Arc<dyn Readiness>,
    last: Mutex<Option<(Instant, bool)>>,
}

impl Probe {
    /// A probe of `readiness`.
    pub fn of(readiness: Arc<dyn Readiness>) -> Self {
        Self { readiness, last: Mutex::new(None) }
    }

    /// Whether commits are possible; why not, is logged once for each look.
    pub async fn is_ready(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some((at, ready)) = *last
            && at.elapsed() < FRESH
        {
            return ready;
        }
        let looked = self.readiness.ready().await;
        if let Err(error) = &looked {
            log_internal(error);
        }
        *last = Some((Instant::now(), looked.is_ok()));
        looked.is_ok()
    }
}
