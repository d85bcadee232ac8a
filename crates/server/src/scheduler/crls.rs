//! CRLs: each list that is due is made and put into its bucket, soon after a revocation.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
/// How long one rests at most. Looks, rest and work together stay below half a minute.
const LONGEST_REST: Duration = Duration::from_secs(15);
/// How many times as long as the work on it a list rests, so that one with very many entries is not
/// written without a pause.
const RESTS: u32 = 4;
/// How many due lists are looked at in one go.
const LISTS: u32 = 1000;
/// How many lists are worked on at a time: so many that a slow bucket does not keep the others.
const AT_A_TIME: usize = 16;

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

    fn rest(&self, worked: Duration) -> Duration {
        worked.saturating_mul(RESTS).clamp(REST, LONGEST_REST)
    }

    async fn run(&self, lease: &Lease) -> Result<(), Cause> {
        if self.step == Step::Make {
            self.pki.refresh_crl(self.list, lease).await?;
        }
        self.pki.publish_crl(self.list, lease).await?;
        Ok(())
    }
}

/// The lists that are worked on, and those whose turn comes next.
#[derive(Default)]
struct Turns {
    next: VecDeque<(List, Step)>,
    running: JoinSet<List>,
    taken: BTreeSet<List>,
}

impl Turns {
    /// Begins as many turns as may run at a time. A list that is worked on is not begun again.
    fn begin(&mut self, scheduler: &Scheduler, pki: &Pki, stop: &Stop) {
        while self.running.len() < AT_A_TIME
            && let Some((list, step)) = self.next.pop_front()
        {
            if !self.taken.insert(list) {
                continue;
            }
            let work: Arc<dyn Work> = Arc::new(Due { pki: pki.clone(), list, step });
            let (scheduler, stop) = (scheduler.clone(), stop.clone());
            self.running.spawn(async move {
                scheduler.turn(&work, Start::WhenDue, &stop).await;
                list
            });
        }
    }

    /// Waits for the end of a turn; for ever where none runs.
    async fn ended(&mut self) {
        match self.running.join_next().await {
            Some(Ok(list)) => {
                self.taken.remove(&list);
            }
            // A turn does not panic: the work in it has a task of its own.
            Some(Err(_panic)) => {}
            None => std::future::pending().await,
        }
    }
}

impl Scheduler {
    /// Publishes what is due, until `stop` is given. A list that takes long keeps no other one.
    pub(super) async fn publish_crls(&self, pki: &Pki, mut stop: Stop) {
        measure::known(KIND);
        let (mut waiting, mut turns) = (Waiting::new(), Turns::default());
        let mut look = Instant::now();
        loop {
            turns.begin(self, pki, &stop);
            tokio::select! {
                () = stop.given() => break,
                () = turns.ended() => {}
                () = tokio::time::sleep_until(look) => {
                    match pki.crls_due(LISTS).await {
                        Ok(due) => {
                            note(&mut waiting, &due);
                            turns.next = due.into();
                        }
                        Err(error) => {
                            let cause = told(&error);
                            tracing::error!(job = KIND, cause, "the CRLs that are due are not known");
                        }
                    }
                    look = Instant::now() + LOOK;
                }
            }
        }
        while turns.running.join_next().await.is_some() {}
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
