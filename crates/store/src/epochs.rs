//! The epoch of this node: see [`ledger::Epoch`].

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex as Shortly, PoisonError};
use std::time::{Duration, Instant};

use ledger::{CommitError, Epoch, Parts, StoreError};
use tokio::sync::Mutex;

use crate::tables::epochs;
use crate::{Database, Record};

/// For how long nobody asks the database what other nodes have changed.
const UNASKED: Duration = Duration::from_secs(1);

/// How long it is waited for who asks.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a node knows of epochs.
#[derive(Default)]
pub(crate) struct Epochs {
    /// Counts the epochs of this node.
    now: AtomicU64,
    /// What stood in the database when it was asked last.
    raised: AtomicI64,
    /// When that was: before the read began.
    asked: Shortly<Option<Instant>>,
    /// Who asks.
    asking: Mutex<()>,
}

impl Epochs {
    fn current(&self) -> Epoch {
        Epoch(self.now.load(Ordering::Acquire))
    }

    fn end(&self) {
        self.now.fetch_add(1, Ordering::AcqRel);
    }

    fn is_fresh(&self, at: Instant) -> bool {
        let asked = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.is_some_and(|asked| at.saturating_duration_since(asked) < UNASKED)
    }

    /// The database said so when it was asked at that time.
    fn learn(&self, raised: i64, asked: Instant) {
        if self.raised.swap(raised, Ordering::AcqRel) != raised {
            self.end();
        }
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
    }

    /// Has the database asked at the next opportunity.
    fn doubt(&self) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Ends the epoch of this node when it is dropped: before its commit is answered, and also when
/// nobody waits for the answer any more.
pub(crate) struct Ending<'a>(Option<&'a Epochs>);

impl<'a> Ending<'a> {
    /// For this change set.
    pub(crate) fn by(changes: &Parts<Record>, epochs: &'a Epochs) -> Self {
        Self(epochs::ended_by(changes).then_some(epochs))
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        if let Some(epochs) = self.0 {
            epochs.end();
        }
    }
}

impl Database {
    /// The epoch, with what other nodes changed up to a second ago.
    pub(crate) async fn epoch_within_a_second(&self) -> Result<Epoch, StoreError> {
        let epochs = self.epochs();
        if !epochs.is_fresh(Instant::now()) {
            // One asks for all.
            let asking = tokio::time::timeout(PATIENCE, epochs.asking.lock());
            let _asking = asking.await.map_err(StoreError::busy)?;
            if !epochs.is_fresh(Instant::now()) {
                self.ask_for_the_epoch().await?;
            }
        }
        Ok(epochs.current())
    }

    /// The epoch, with all that was committed before.
    pub(crate) async fn epoch_at_this_moment(&self) -> Result<Epoch, StoreError> {
        self.ask_for_the_epoch().await?;
        Ok(self.epochs().current())
    }

    /// Something was written beside the change sets that somebody may have kept.
    pub(crate) fn end_epoch(&self) {
        self.epochs().end();
    }

    async fn ask_for_the_epoch(&self) -> Result<(), StoreError> {
        let asked = Instant::now();
        let raised = self.point(epochs::raised).await?;
        self.epochs().learn(raised, asked);
        Ok(())
    }

    /// A conflict tells that something was read before another node changed it.
    pub(crate) fn learn_from(&self, fate: &Result<(), CommitError>) {
        if matches!(fate, Err(CommitError::Conflict)) {
            self.epochs().doubt();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ledger::system::{SystemClock, SystemRandom};
    use ledger::{
        AccountId, Actor, AuditEvent, ChangeId, Changes, Origin, Outcome, Timestamp, Version,
    };

    use super::*;
    use crate::Options;

    fn open(directory: &Path) -> Database {
        Database::open(&directory.join("cinnabar.db"), Options::default()).unwrap()
    }

    fn account() -> iam::Account {
        let id = AccountId::generate(&SystemClock, &SystemRandom);
        let (name, state) = ("a".to_owned(), iam::State::Enabled);
        iam::Account { id, name, state, created_at: Timestamp::from_millis(1) }
    }

    fn changes() -> Changes<Record> {
        let origin = Origin { actor: Actor::Server, address: None, request_id: String::new() };
        let event = AuditEvent {
            at: Timestamp::from_millis(1),
            account: None,
            origin,
            action: "test",
            object: None,
            outcome: Outcome::Done,
            detail: None,
            count: 1,
        };
        Changes::new(ChangeId::generate(&SystemClock, &SystemRandom), event)
    }

    fn inserted(account: &iam::Account) -> Changes<Record> {
        changes().insert(iam::Record::Account(account.clone()))
    }

    fn replaced(account: &iam::Account, read_at: i64) -> Changes<Record> {
        changes().replace(iam::Record::Account(account.clone()), Version(read_at))
    }

    #[tokio::test]
    async fn a_commit_ends_the_epoch_of_its_node_before_it_is_answered() {
        let directory = tempfile::tempdir().unwrap();
        let database = open(directory.path());
        let account = account();
        database.commit_all(inserted(&account)).await.unwrap();
        let before = database.epoch_within_a_second().await.unwrap();
        assert_eq!(database.epoch_within_a_second().await.unwrap(), before);

        database.commit_all(replaced(&account, 1)).await.unwrap();

        assert_ne!(database.epoch_within_a_second().await.unwrap(), before);
    }

    #[tokio::test]
    async fn what_nobody_keeps_does_not_end_it() {
        let directory = tempfile::tempdir().unwrap();
        let database = open(directory.path());
        let before = database.epoch_at_this_moment().await.unwrap();

        database.commit_all(inserted(&account())).await.unwrap();

        assert_eq!(database.epoch_at_this_moment().await.unwrap(), before);
    }

    #[tokio::test]
    async fn another_node_knows_when_it_asks_and_within_a_second_without() {
        let directory = tempfile::tempdir().unwrap();
        let (here, there) = (open(directory.path()), open(directory.path()));
        let account = account();
        here.commit_all(inserted(&account)).await.unwrap();
        let before = there.epoch_at_this_moment().await.unwrap();

        here.commit_all(replaced(&account, 1)).await.unwrap();

        let asked = there.epoch_at_this_moment().await.unwrap();
        assert_ne!(asked, before);
        here.commit_all(replaced(&account, 2)).await.unwrap();
        tokio::time::sleep(UNASKED).await;
        assert_ne!(there.epoch_within_a_second().await.unwrap(), asked);
    }

    #[tokio::test]
    async fn after_a_conflict_it_is_asked_for() {
        let directory = tempfile::tempdir().unwrap();
        let (here, there) = (open(directory.path()), open(directory.path()));
        let account = account();
        here.commit_all(inserted(&account)).await.unwrap();
        let before = there.epoch_at_this_moment().await.unwrap();
        here.commit_all(replaced(&account, 1)).await.unwrap();

        let refused = there.commit_all(replaced(&account, 1)).await;

        assert!(matches!(refused, Err(CommitError::Conflict)));
        assert_ne!(there.epoch_within_a_second().await.unwrap(), before);
    }

    #[tokio::test]
    async fn a_change_that_turned_out_to_be_true_ends_it() {
        let directory = tempfile::tempdir().unwrap();
        let database = open(directory.path());
        let changes = inserted(&account());
        let id = changes.id();
        database.commit_all(changes).await.unwrap();
        let before = database.epoch_within_a_second().await.unwrap();

        assert!(database.committed(id).await.unwrap());

        assert_ne!(database.epoch_within_a_second().await.unwrap(), before);
    }

    #[tokio::test]
    async fn what_was_lost_and_what_came_after_it_have_different_numbers() {
        let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let account = account();
        let mut numbers = Vec::new();
        for directory in &directories {
            let database = open(directory.path());
            database.commit_all(inserted(&account)).await.unwrap();
            database.commit_all(replaced(&account, 1)).await.unwrap();
            numbers.push(database.point(epochs::raised).await.unwrap());
        }

        assert_ne!(numbers[0], numbers[1]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_is_not_waited_for_without_a_bound() {
        let directory = tempfile::tempdir().unwrap();
        let database = open(directory.path());
        let _asking = database.epochs().asking.lock().await;

        assert!(database.epoch_within_a_second().await.unwrap_err().is_busy());
    }
}
