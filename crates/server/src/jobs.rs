//! What each server does by itself, some time apart, whatever others do.

use std::sync::Arc;
use std::time::Duration;

use iam::Iam;
use tokio::task::JoinSet;

use crate::stop::Stop;

/// Between two looks for repeated refusals whose minute is over.
const REFUSALS: Duration = Duration::from_secs(10);
/// Between two sweeps of expired tokens.
const TOKENS: Duration = Duration::from_secs(600);

/// Runs `job` every `period` until `stop` turns true.
pub(crate) async fn every<F: Future<Output = ()>>(
    period: Duration,
    mut stop: Stop,
    mut job: impl FnMut() -> F,
) {
    loop {
        tokio::select! {
            () = stop.given() => return,
            () = tokio::time::sleep(period) => {}
        }
        job().await;
    }
}

/// Starts the jobs of signing in.
pub(crate) fn start(iam: &Arc<Iam>, stop: &Stop, jobs: &mut JoinSet<()>) {
    let own = Arc::clone(iam);
    jobs.spawn(every(REFUSALS, stop.clone(), move || {
        let iam = Arc::clone(&own);
        async move {
            if let Err(error) = iam.tell_folded_refusals().await {
                tracing::error!(%error, "refusals could not be told to the audit trail");
            }
        }
    }));
    let own = Arc::clone(iam);
    jobs.spawn(every(TOKENS, stop.clone(), move || {
        let iam = Arc::clone(&own);
        async move {
            match iam.forget_expired_tokens().await {
                Ok(0) => {}
                Ok(tokens) => tracing::debug!(tokens, "expired tokens forgotten"),
                Err(error) => tracing::error!(%error, "expired tokens could not be forgotten"),
            }
            match iam.forget_expired_temporary_keys().await {
                Ok(0) => {}
                Ok(keys) => tracing::debug!(keys, "expired temporary access keys forgotten"),
                Err(error) => {
                    tracing::error!(%error, "expired temporary keys could not be forgotten");
                }
            }
        }
    }));
}
