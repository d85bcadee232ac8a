//! What the servers that share a database do by themselves: each piece of work once.
//!
//! A piece of work is done under a [lease](pki::lease), which is renewed meanwhile, and which its
//! commits expect. When it is due, how often it has failed and why are kept with the lease, in the
//! database: so it goes on after a restart, and what was missed while no server ran is caught up on.

mod backoff;
mod crls;
mod measure;
mod periodic;
#[cfg(test)]
mod tests;
mod turn;
mod work;

pub(crate) use measure::describe_metrics;

use std::sync::Arc;
use std::time::Duration;

use ledger::Random;
use pki::Pki;
use pki::lease::{Leases, Start};
use tokio::task::JoinSet;

use crate::stop::Stop;
use periodic::Periodic;
use turn::Turn;
use work::Work;

/// How long a lease lasts unless it is renewed: so long work rests after its server was killed, and
/// a revocation is still in the CRL within half a minute.
const LEASE: Duration = Duration::from_secs(12);
/// Between two looks whether work is due.
const LOOK: Duration = Duration::from_secs(20);

/// Does work under leases.
#[derive(Clone)]
pub(crate) struct Scheduler {
    leases: Arc<dyn Leases>,
    /// A text that no other scheduler has.
    holder: String,
    /// How long a lease lasts unless it is renewed.
    lasts: Duration,
}

impl Scheduler {
    /// A scheduler over these leases.
    pub(crate) fn new(leases: Arc<dyn Leases>, random: &dyn Random) -> Self {
        let mut id = [0; 8];
        random.fill(&mut id);
        let holder = format!("{}-{:016x}", std::process::id(), u64::from_be_bytes(id));
        Self { leases, holder, lasts: LEASE }
    }

    /// Starts all that has to be done.
    pub(crate) fn start(&self, pki: &Pki, stop: &Stop, jobs: &mut JoinSet<()>) {
        for work in Periodic::all(pki) {
            let (scheduler, stop) = (self.clone(), stop.clone());
            jobs.spawn(async move { scheduler.repeat(Arc::new(work), LOOK, stop).await });
        }
        let (scheduler, pki, stop) = (self.clone(), pki.clone(), stop.clone());
        jobs.spawn(async move { scheduler.publish_crls(&pki, stop).await });
    }

    /// Does work at once, then whenever it is due, until `stop` is given.
    async fn repeat(&self, work: Arc<dyn Work>, look: Duration, mut stop: Stop) {
        let mut start = Start::AtOnce;
        loop {
            if self.turn(&work, start, &stop).await == Turn::Stopped {
                return;
            }
            start = Start::WhenDue;
            tokio::select! {
                () = stop.given() => return,
                () = tokio::time::sleep(look) => {}
            }
        }
    }
}
