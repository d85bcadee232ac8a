//! `master-key rotate`: another master key takes the place of the present one, and with `--deep`
//! everything is sealed again under another data key.

mod measure;
mod progress;
mod reseal;
mod steps;

use measure::Deep;
pub(crate) use measure::describe_metrics;
pub(crate) use progress::{Progress, Stage};
pub(crate) use steps::{Step, reached};

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keys::{DataKey, Depth, MasterKey, MasterKeyError, Vault, VaultError};
use ledger::{AuditEvent, ChangeId, Clock, CommitError, Origin, Random};
use serde::{Deserialize, Serialize};
use store::{DataKeyRow, Database, Rewrap};
use tokio::task::JoinHandle;

use crate::directory::DataDirectory;
use crate::failure::Failure;
use crate::master_key::{Place, Source, failed};

/// What the audit trail calls it.
const ACTION: &str = "rotate_master_key";
/// How often the log is tried to be cut off while others read it.
const CHECKPOINTS: u32 = 20;
/// Between two tries; commits go on meanwhile.
const PAUSE: Duration = Duration::from_millis(250);

/// What was asked for.
pub(crate) struct Order {
    /// How deep.
    pub(crate) depth: Depth,
    /// The file of the new key, where it is not made here; it is made where there is none.
    pub(crate) new_key_file: Option<PathBuf>,
    /// What is known of other servers on the same database.
    pub(crate) others: Others,
}

/// What is known of other servers on the same database.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Others {
    /// Nothing: some may run.
    MayRun,
    /// Whoever asks says that none runs.
    Stopped,
}

/// What has become of it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Rotated {
    /// The new key is in the place of the old one: this file.
    InPlace(PathBuf),
    /// An earlier deep rotation had not ended; it goes on, and the master key stays.
    WentOn,
    /// The new key is in this file, and whoever runs the server must hand it over from now on.
    InFile(PathBuf),
    /// The new key counts, and could not be put in its place yet: it is in this file.
    Waiting(PathBuf),
}

/// A rotation that became true, and what could not be tidied up after it.
pub(crate) struct Outcome {
    /// What has become of it.
    pub(crate) rotated: Rotated,
    /// What is left to be done, for whoever asked.
    pub(crate) left: Option<Failure>,
}

/// Everything that a rotation works on.
pub(crate) struct Rotation {
    parts: Arc<Parts>,
    source: Source,
    /// One at a time.
    turn: tokio::sync::Mutex<()>,
    resealing: Mutex<Option<JoinHandle<()>>>,
}

/// What the work in the background needs as well.
struct Parts {
    directory: DataDirectory,
    database: Database,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    progress: Progress,
}

impl Rotation {
    /// Rotates in this installation, whose master key comes from `source`.
    pub(crate) fn of(
        (directory, source): (&DataDirectory, Source),
        database: &Database,
        vault: &Arc<Vault>,
        (clock, random): (&Arc<dyn Clock>, &Arc<dyn Random>),
    ) -> Self {
        let parts = Parts {
            directory: directory.clone(),
            database: database.clone(),
            vault: Arc::clone(vault),
            clock: Arc::clone(clock),
            random: Arc::clone(random),
            progress: Progress::default(),
        };
        Self {
            parts: Arc::new(parts),
            source,
            turn: tokio::sync::Mutex::new(()),
            resealing: Mutex::new(None),
        }
    }

    /// How far the sealing in the background is.
    pub(crate) fn progress(&self) -> &Progress {
        &self.parts.progress
    }

    /// Rotates. Deep down the sealing goes on in the background when this returns. After an error
    /// the old master key is still the one.
    pub(crate) async fn rotate(&self, order: Order, origin: Origin) -> Result<Outcome, Failure> {
        let Ok(_turn) = self.turn.try_lock() else { return Err(under_way()) };
        if self.parts.progress.is_running() {
            return Err(under_way());
        }
        self.check_others(&order)?;
        let before = self.parts.database.data_keys().await.map_err(unreadable)?;
        if order.depth == Depth::Deep && before.len() > 1 {
            self.reseal(origin);
            return Ok(Outcome { rotated: Rotated::WentOn, left: None });
        }
        self.check_present().await?;
        let (new, place, rotated) = self.new_key(&order, (&before, &self.canary().await?))?;
        if let Err(failure) = self.wrap(&new, &before, order.depth, &origin).await {
            // The database says whether it became true: accordingly this removes the next key, or
            // puts it in its place. Where it does not say, both stay.
            let _ = self.check_present().await;
            return Err(failure);
        }
        reached(Step::Wrapped);
        let (rotated, mut left) = put_in_place(place, rotated);
        if let Err(failure) = self.parts.cut_log().await {
            left = left.or(Some(failure));
        }
        reached(Step::LogCut);
        if let Some(left) = &left {
            tracing::warn!(%left, "the master key was changed, with something left to be done");
        }
        if order.depth == Depth::Deep {
            self.reseal(origin);
        }
        Ok(Outcome { rotated, left })
    }

    /// Goes on with a deep rotation that was interrupted, in the background. Where other servers may
    /// run, which do not know the new data key, it only says that it has not ended.
    pub(crate) async fn go_on(&self, origin: Origin) -> Result<(), Failure> {
        if self.parts.database.data_keys().await.map_err(unreadable)?.len() < 2 {
            measure::deep(Deep::Ended);
            return Ok(());
        }
        measure::deep(Deep::Unfinished);
        if self.parts.database.is_shared() {
            let left = left_to_others();
            tracing::warn!(hint = left.hint(), "{left}");
            self.parts.progress.end(Err(left));
        } else {
            tracing::warn!("an interrupted deep rotation goes on: old blobs are sealed again");
            self.reseal(origin);
        }
        Ok(())
    }

    /// Ends the sealing in the background between two of its steps.
    pub(crate) async fn stop(&self) {
        self.parts.progress.stop();
        let running = self.resealing.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(running) = running {
            // It has told the log how it ended.
            let _ = running.await;
        }
    }

    fn reseal(&self, origin: Origin) {
        self.parts.progress.begin();
        measure::deep(Deep::Unfinished);
        let parts = Arc::clone(&self.parts);
        let running = tokio::spawn(async move {
            let own = Arc::clone(&parts);
            // By itself, so that it is known to have ended when it panics too.
            let sealing = tokio::spawn(async move { reseal::all(&own, origin).await });
            let ended = sealing.await.unwrap_or_else(|error| {
                Err(Failure::internal("the sealing ended before its time", error))
            });
            match &ended {
                Err(reason) if parts.progress.is_to_stop() => {
                    tracing::info!(%reason, "interrupted")
                }
                Err(error) => tracing::error!(%error, "not everything was sealed again"),
                Ok(()) => measure::deep(Deep::Ended),
            }
            parts.progress.end(ended);
        });
        *self.resealing.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
    }

    /// Another server reads the data keys when it starts, and at no other time: it would not open what
    /// is sealed under the new one, and seal on under one that is about to go.
    fn check_others(&self, order: &Order) -> Result<(), Failure> {
        let is_at_risk = order.depth == Depth::Deep && self.parts.database.is_shared();
        if !is_at_risk || order.others == Others::Stopped {
            return Ok(());
        }
        Err(Failure::Invalid {
            problem: "other servers may work on this database, and would not know the new data key"
                .to_owned(),
            hint: "stop all other servers on the database, run it again with \
                   --others-are-stopped, and start them with the new master key when it has ended",
        })
    }

    /// Whether the present key's file still holds it: what is replaced must be what was meant.
    async fn check_present(&self) -> Result<(), Failure> {
        let Source::File(path) = &self.source else { return Ok(()) };
        let (rows, canary) = self.parts.database.settled_keys().await.map_err(unreadable)?;
        let canary = canary.unwrap_or_default();
        Place::of(path).unlock(|key| self.open(key, (&rows, &canary))).map(drop)
    }

    /// The new key, durable; where it has to take the old one's place; what to tell of it.
    fn new_key(
        &self,
        order: &Order,
        before: (&[DataKeyRow], &[u8]),
    ) -> Result<(MasterKey, Option<Place>, Rotated), Failure> {
        let random = &*self.parts.random;
        let given = order.new_key_file.as_deref().map(|file| self.given(file, before));
        match (&self.source, given.transpose()?) {
            (Source::File(path), given) => {
                let new = given.map_or_else(|| MasterKey::generate(random), |(key, _)| key);
                let place = Place::of(path);
                place.announce(&new, random)?;
                let rotated = Rotated::InPlace(place.path().to_owned());
                Ok((new, Some(place), rotated))
            }
            (Source::Descriptor(_) | Source::Variable, Some((new, file))) => {
                Ok((new, None, Rotated::InFile(file)))
            }
            (Source::Descriptor(_) | Source::Variable, None) => Err(Failure::Contradiction {
                problem: "the master key was handed over in a variable or a descriptor, where no \
                          other can be put"
                    .to_owned(),
                hint: "say with --new-master-key-file FILE where the new one is, or is to be made; \
                       then hand that one over",
            }),
        }
    }

    /// The key in the file that was named; made there where there is none.
    fn given(
        &self,
        file: &Path,
        before: (&[DataKeyRow], &[u8]),
    ) -> Result<(MasterKey, PathBuf), Failure> {
        let key = match MasterKey::from_file(file) {
            Err(MasterKeyError::Missing(_)) => MasterKey::create_file(file, &*self.parts.random),
            read => read,
        };
        let key = key.map_err(failed)?;
        if self.open(&key, before).is_ok() {
            return Err(Failure::Invalid {
                problem: format!("{} holds the present master key", file.display()),
                hint: "name a file with another key, or one that is not there yet",
            });
        }
        Ok((key, file.to_owned()))
    }

    /// The one commit that puts everything under the new key.
    async fn wrap(
        &self,
        new: &MasterKey,
        before: &[DataKeyRow],
        depth: Depth,
        origin: &Origin,
    ) -> Result<(), Failure> {
        let Parts { database, vault, clock, .. } = &*self.parts;
        let ids: Vec<u32> = before.iter().map(|row| row.id).collect();
        let wrapped = vault.rewrap(new, &ids, depth).map_err(unsealed)?;
        // Seen before anything depends on it.
        Vault::open(new, &wrapped.data_keys, &wrapped.canary, Arc::clone(&self.parts.random))
            .map_err(unsealed)?;
        let made = |id: u32| before.iter().find(|row| row.id == id).map(|row| row.created_at);
        let after = wrapped.data_keys.iter().map(|DataKey { id, wrapped }| DataKeyRow {
            id: *id,
            wrapped: wrapped.clone(),
            created_at: made(*id).unwrap_or_else(|| clock.now()),
        });
        let rewrap = Rewrap {
            before: before.to_vec(),
            after: after.collect(),
            canary: wrapped.canary.clone(),
        };
        let told = self.parts.event(origin, format!("data keys wrapped anew: {}", ids.len()));
        let id = told.0;
        match database.rewrap(rewrap, told).await {
            Err(CommitError::Unknown) if database.committed(id).await.map_err(undecided)? => {}
            fate => fate.map_err(unwritten)?,
        }
        vault.adopt(wrapped).map_err(unsealed)
    }

    async fn canary(&self) -> Result<Vec<u8>, Failure> {
        Ok(self.parts.database.canary().await.map_err(unreadable)?.unwrap_or_default())
    }

    fn open(
        &self,
        key: &MasterKey,
        (rows, canary): (&[DataKeyRow], &[u8]),
    ) -> Result<Vault, Failure> {
        let data_keys: Vec<DataKey> =
            rows.iter().map(|row| DataKey { id: row.id, wrapped: row.wrapped.clone() }).collect();
        let opened = Vault::open(key, &data_keys, canary, Arc::clone(&self.parts.random));
        opened.map_err(|error| match error {
            VaultError::WrongMasterKey => {
                Failure::WrongMasterKey(self.parts.directory.path().to_owned())
            }
            error => unsealed(error),
        })
    }
}

impl Parts {
    /// One change's identifier and what the audit trail says of it.
    fn event(&self, origin: &Origin, detail: String) -> (ChangeId, AuditEvent) {
        let event = AuditEvent {
            at: self.clock.now(),
            account: None,
            origin: origin.clone(),
            action: ACTION,
            object: None,
            outcome: ledger::Outcome::Done,
            detail: Some(detail),
            count: 1,
        };
        (ChangeId::generate(&*self.clock, &*self.random), event)
    }

    /// Makes sure that what was overwritten is in no file any more.
    async fn cut_log(&self) -> Result<(), Failure> {
        let mut last = Ok(());
        for attempt in 0..CHECKPOINTS {
            if attempt > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            last = self.database.checkpoint().await;
            if last.is_ok() {
                return Ok(());
            }
        }
        last.map_err(|error| Failure::Invalid {
            problem: format!(
                "what the old key opens is still in the database's log, which could not be cut \
                 off: {error}"
            ),
            hint: "end what else reads cinnabar.db, for example a backup, and start the server \
                   again, which cuts the log off",
        })
    }
}

/// Puts the new key, which counts by now, in its place; what has become of it, and what is left.
fn put_in_place(place: Option<Place>, rotated: Rotated) -> (Rotated, Option<Failure>) {
    let Some(place) = place else { return (rotated, None) };
    if let Err(failure) = place.take_over() {
        return (Rotated::Waiting(place.waiting().to_owned()), Some(failure));
    }
    let forgotten = place.forget();
    reached(Step::OldErased);
    (rotated, forgotten.err())
}

/// A server that was started does not go on by itself.
fn left_to_others() -> Failure {
    Failure::Invalid {
        problem:
            "a deep rotation was interrupted and has not ended; it does not go on by itself, since \
                  other servers on this database may not know the new data key"
                .to_owned(),
        hint: "stop all other servers on the database, run `cinnabar master-key rotate --deep \
               --others-are-stopped`, and start them again when it has ended",
    }
}

fn under_way() -> Failure {
    Failure::Invalid {
        problem: "a rotation is under way already".to_owned(),
        hint: "wait until it has ended; the server's log tells",
    }
}

fn unreadable(error: ledger::StoreError) -> Failure {
    Failure::database("cannot read the database", error)
}

fn undecided(error: ledger::StoreError) -> Failure {
    Failure::Invalid {
        problem: format!(
            "nobody knows whether the new master key counts by now, so both are kept: {error}"
        ),
        hint: "start the server again when the database answers; it finds out which one it is",
    }
}

fn unsealed(error: VaultError) -> Failure {
    Failure::internal("cannot wrap the data keys", error)
}

fn unwritten(error: CommitError) -> Failure {
    Failure::database("cannot write the database", error)
}
