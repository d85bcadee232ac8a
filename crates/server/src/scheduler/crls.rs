//! CRLs: each list that is due is made and put into its bucket, soon after a revocation.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pki::Pki;
use pki::crl::{List, Work as Step};
use pki::lease::{Lease, Start};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::turn::told;
use super::work::{Cause, Work};
use super::{Scheduler, measure};
use crate::stop::Stop;

/// Between two looks for lists on which something is due.
const LOOK: Duration = Duration::from_secs(2);
/// How long a list rests after it was published: what is revoked meanwhile shares the next CRL.
const REST: Duration = Duration::from_secs(5);
/// How many due lists are looked at in one go.
const LISTS: u32 = 1000;
/// How many lists are worked on at a time, so that a slow bucket does not keep the others.
const AT_A_TIME: usize = 4;

/// The work's kind.
pub(super) const KIND: &str = "publish_crls";

/// The lists that are due, since when as far as this server has seen.
type Waiting = BTreeMap<List, Instant>;

/// A list on which something is due.
struct Due {
    pki: Pki,
    list: List,
    step: Step,
}

#[async_trait]
impl Work for Due {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn name(&self) -> String {
        format!("crl/{}", self.list)
    }

    fn period(&self) -> Duration {
        REST
    }

    async fn run(&self, lease: &Lease) -> Result<(), Cause> {
        if self.step == Step::Make {
            self.pki.refresh_crl(self.list, lease).await?;
        }
        self.pki.publish_crl(self.list, lease).await?;
        Ok(())
    }
}

impl Scheduler {
    /// Publishes what is due, until `stop` is given.
    pub(super) async fn publish_crls(&self, pki: &Pki, mut stop: Stop) {
        measure::known(KIND);
        let mut waiting = Waiting::new();
        loop {
            match pki.crls_due(LISTS).await {
                Ok(due) => {
                    note(&mut waiting, &due);
                    self.publish(pki, due, &stop).await;
                }
                Err(error) => {
                    let cause = told(&error);
                    tracing::error!(job = KIND, cause, "the CRLs that are due are not known");
                }
            }
            tokio::select! {
                () = stop.given() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Gives each list that is due its turn, some at a time.
    async fn publish(&self, pki: &Pki, due: Vec<(List, Step)>, stop: &Stop) {
        let mut turns = JoinSet::new();
        for (list, step) in due {
            if turns.len() >= AT_A_TIME {
                // A turn does not panic: the work in it has a task of its own.
                let _ended = turns.join_next().await;
            }
            let work: Arc<dyn Work> = Arc::new(Due { pki: pki.clone(), list, step });
            let (scheduler, stop) = (self.clone(), stop.clone());
            turns.spawn(async move { scheduler.turn(&work, Start::WhenDue, &stop).await });
        }
        while turns.join_next().await.is_some() {}
    }
}

/// Notes what is due, and since when the list that waits longest is.
fn note(waiting: &mut Waiting, due: &[(List, Step)]) {
    let now = Instant::now();
    let seen = |list| waiting.get(&list).copied().unwrap_or(now);
    *waiting = due.iter().map(|(list, _)| (*list, seen(*list))).collect();
    let longest = waiting.values().map(|since| now.duration_since(*since)).max();
    measure::crls_waiting(waiting.len(), longest.unwrap_or_default());
}
