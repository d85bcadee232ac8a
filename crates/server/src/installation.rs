//! An installation: a data directory that this process owns, with its database and keys open.

use std::path::PathBuf;
use std::sync::Arc;

use iam::{Iam, Ports};
use keys::{DataKey, NewVault, Vault, VaultError};
use ledger::system::{SystemClock, SystemRandom};
use ledger::{Clock, Random};
use pki::Pki;
use store::{Database, OpenError, Options, PostgresAddress, UnfitServer};

use crate::configuration::{DatabaseUrl, Decided};
use crate::directory::{DataDirectory, Lock};
use crate::failure::Failure;
use crate::master_key::Source;
use crate::rotation::Rotation;
use crate::tls::Tools;

/// A data directory with everything in it open.
pub(crate) struct Installation {
    /// Where it is.
    pub(crate) directory: DataDirectory,
    /// What is kept.
    pub(crate) database: Database,
    /// Its keys.
    pub(crate) vault: Arc<Vault>,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
    /// Randomness.
    pub(crate) random: Arc<dyn Random>,
    /// Who may do it.
    pub(crate) iam: Arc<Iam>,
    /// The change of the master key.
    pub(crate) rotation: Rotation,
    _lock: Lock,
}

/// An installation to be: nothing is committed yet.
pub(crate) struct Unfounded {
    /// What it will be once the records are committed.
    pub(crate) installation: Installation,
    /// The records that must be committed with the first account.
    pub(crate) records: Vec<store::Record>,
}

/// An installation whose keys are not opened yet.
pub(crate) struct Closed {
    /// Where it is.
    pub(crate) directory: DataDirectory,
    lock: Lock,
    database: Database,
    canary: Vec<u8>,
}

/// What was found in a data directory.
pub(crate) enum Found {
    /// No installation, or one whose making was interrupted before it was committed.
    Nothing(Box<Unfounded>),
    /// An installation.
    Installation(Box<Closed>),
}

/// A data directory that this process owns, not looked into yet.
pub(crate) struct Taken {
    directory: DataDirectory,
    lock: Lock,
}

impl Taken {
    /// Takes the data directory; makes it where it is missing.
    pub(crate) fn take(decided: &Decided) -> Result<Self, Failure> {
        let directory = DataDirectory::create(&decided.data_dir)?;
        let lock = locked(&directory, &decided.database)?;
        Ok(Self { directory, lock })
    }

    /// Sees what is in it. With no installation in it the master key is made.
    pub(crate) async fn look(self, decided: &Decided) -> Result<Found, Failure> {
        let Self { directory, lock } = self;
        let database = open(decided, &directory).await?;
        if let Some(canary) = database.canary().await.map_err(unreadable)? {
            return Ok(Found::Installation(Box::new(Closed { directory, lock, database, canary })));
        }
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let source = Source::of(decided, &directory);
        let master = source.read_or_make(&*random)?;
        let NewVault { vault, data_key: DataKey { id, wrapped }, canary } =
            Vault::create(&master, random)
                .map_err(|error| Failure::internal("cannot make the keys", error))?;
        let data_key = store::DataKeyRow { id, wrapped, created_at: SystemClock.now() };
        let records = vec![store::Record::Canary(canary), data_key.into()];
        let settings = iam_settings(decided)?;
        let installation =
            Installation::over((directory, lock), database, (vault, source), settings);
        Ok(Found::Nothing(Box::new(Unfounded { installation, records })))
    }
}

/// Takes a data directory that must have an installation, and opens it.
pub(crate) async fn existing(decided: &Decided) -> Result<Installation, Failure> {
    let directory = DataDirectory::existing(&decided.data_dir)?;
    let missing = |directory: &DataDirectory| Failure::NotInitialised(directory.path().to_owned());
    // Opening the database would make it.
    if file(&decided.database, &directory).is_some_and(|file| !file.exists()) {
        return Err(missing(&directory));
    }
    let lock = locked(&directory, &decided.database)?;
    let database = open(decided, &directory).await?;
    let canary = database.canary().await.map_err(unreadable)?;
    let canary = canary.ok_or_else(|| missing(&directory))?;
    Closed { directory, lock, database, canary }.open(decided).await
}

impl Closed {
    /// Opens the keys. A wrong master key is found before anything is written.
    pub(crate) async fn open(self, decided: &Decided) -> Result<Installation, Failure> {
        let Self { directory, lock, database, mut canary } = self;
        let source = Source::of(decided, &directory);
        let mut rows = database.data_keys().await.map_err(unreadable)?;
        let mut is_settled = true;
        if source.is_interrupted() {
            match database.settled_keys().await {
                Ok((settled, its_canary)) => {
                    rows = settled;
                    canary = its_canary.unwrap_or(canary);
                }
                Err(error) => {
                    is_settled = false;
                    tracing::warn!(
                        %error,
                        "what became of an interrupted rotation of the master key cannot be said \
                         yet: both keys are kept"
                    );
                }
            }
        }
        let data_keys: Vec<DataKey> =
            rows.into_iter().map(|row| DataKey { id: row.id, wrapped: row.wrapped }).collect();
        let open = |master: &_| {
            Vault::open(master, &data_keys, &canary, Arc::new(SystemRandom)).map_err(|error| {
                match error {
                    VaultError::WrongMasterKey => {
                        Failure::WrongMasterKey(directory.path().to_owned())
                    }
                    error => Failure::internal("cannot open the keys", error),
                }
            })
        };
        let vault = if is_settled { source.unlock(open)? } else { source.look(open)? };
        let settings = iam_settings(decided)?;
        Ok(Installation::over((directory, lock), database, (vault, source), settings))
    }
}

impl Installation {
    fn over(
        (directory, lock): (DataDirectory, Lock),
        database: Database,
        (vault, source): (Vault, Source),
        settings: iam::Settings,
    ) -> Self {
        let vault = Arc::new(vault);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let ports = Ports {
            directory: Arc::new(database.clone()),
            clock: Arc::clone(&clock),
            random: Arc::clone(&random),
            seal: Arc::<Vault>::clone(&vault),
        };
        let iam = Arc::new(Iam::new(ports, settings));
        let rotation = Rotation::of((&directory, source), &database, &vault, (&clock, &random));
        Self { directory, database, vault, clock, random, iam, rotation, _lock: lock }
    }

    /// The operations on authorities and requests.
    pub(crate) fn pki(&self, settings: pki::Settings) -> Pki {
        Pki::new(
            Arc::new(self.database.clone()),
            Arc::<Vault>::clone(&self.vault),
            Arc::clone(&self.clock),
            Arc::clone(&self.random),
            settings,
        )
    }

    /// The same, with a standby of the database's server that may answer lists and exports. Who asks is
    /// found out without it.
    pub(crate) async fn reading_from(self, standby: PostgresAddress) -> Result<Self, Failure> {
        if standby.is_exposed() {
            warn_of_exposure(&standby);
        }
        let database = self.database.clone();
        // It waits for the standby.
        let opening = tokio::task::spawn_blocking(move || database.reading_from(&standby));
        let opened = opening.await.map_err(|error| Failure::internal("cannot wait", error))?;
        Ok(Self { database: opened.map_err(unopened)?, ..self })
    }

    /// What the internal TLS authority works with.
    pub(crate) fn tools(&self) -> Tools {
        Tools {
            vault: Arc::clone(&self.vault),
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
        }
    }
}

/// The settings of signing in.
fn iam_settings(decided: &Decided) -> Result<iam::Settings, Failure> {
    let password_cost = decided.file.password.cost()?;
    Ok(iam::Settings { password_cost, ..iam::Settings::default() })
}

/// Takes the data directory, and the database's file where that lies elsewhere, be it behind a link.
pub(crate) fn locked(directory: &DataDirectory, database: &DatabaseUrl) -> Result<Lock, Failure> {
    let lock = Lock::take(directory)?;
    match database {
        DatabaseUrl::Postgres(_) => Ok(lock),
        DatabaseUrl::DataDirectory => lock.with_database(directory, &directory.database()),
        DatabaseUrl::Sqlite(file) => lock.with_database(directory, file),
    }
}

/// The database's file; `None` where a server has it.
fn file(url: &DatabaseUrl, directory: &DataDirectory) -> Option<PathBuf> {
    match url {
        DatabaseUrl::DataDirectory => Some(directory.database()),
        DatabaseUrl::Sqlite(path) => Some(path.clone()),
        DatabaseUrl::Postgres(_) => None,
    }
}

async fn open(decided: &Decided, directory: &DataDirectory) -> Result<Database, Failure> {
    if let DatabaseUrl::Postgres(address) = &decided.database {
        let address = (**address).clone();
        if address.is_exposed() {
            warn_of_exposure(&address);
        }
        let demands = decided.database_demands;
        // It waits for the server.
        let opening =
            tokio::task::spawn_blocking(move || Database::open_postgres(address, demands));
        let opened = opening.await.map_err(|error| Failure::internal("cannot wait", error))?;
        return opened.map_err(unopened);
    }
    let path = file(&decided.database, directory).unwrap_or_else(|| directory.database());
    Database::open(&path, options()).map_err(unopened)
}

fn warn_of_exposure(address: &PostgresAddress) {
    tracing::warn!(
        database = %address,
        "whoever is on the way to the database can read along and take its place: set \
         sslmode=verify-full in its URL"
    );
}

fn unopened(error: OpenError) -> Failure {
    match error {
        OpenError::OpenToOthers(path) => match std::fs::metadata(&path) {
            Ok(metadata) => {
                let mode = std::os::unix::fs::MetadataExt::mode(&metadata) & 0o777;
                Failure::NotPrivate { path, mode }
            }
            Err(cause) => Failure::File { act: "read", path, cause },
        },
        error @ (OpenError::Newer { .. } | OpenError::MigrationChanged { .. }) => {
            Failure::Invalid {
                problem: format!("cannot open the database: {error}"),
                hint: "run the release of cinnabar that wrote it, or one that came after",
            }
        }
        OpenError::Unfinished => Failure::Invalid {
            problem: "cannot open the database: it is an unfinished copy".to_owned(),
            hint: "let the copy go on: run `cinnabar database copy` again with the same --from and --to; \
                   or name another database",
        },
        OpenError::Unfit(UnfitServer::BeingFilled) => Failure::Invalid {
            problem:
                "cannot open the database: `cinnabar database copy` or `cinnabar restore` fills it \
                      just now"
                    .to_owned(),
            hint: "start the server again when that has ended",
        },
        OpenError::Unfit(unfit) => Failure::Invalid {
            problem: format!("the database's server cannot be used: {unfit}"),
            hint: "docs/postgresql.md says what the server has to be",
        },
        error @ (OpenError::ForeignReplica(_) | OpenError::ReplicaOfFile) => Failure::Invalid {
            problem: format!("the replica cannot be used: {error}"),
            hint: "name a standby of the database's own server, and the same database on it",
        },
        error => Failure::database("cannot open the database", error),
    }
}

/// Commits wait for the disk, always. The power-cut test must see that it would notice otherwise,
/// for which a debug build can be told not to.
fn options() -> Options {
    #[cfg(debug_assertions)]
    if std::env::var("CINNABAR_TEST_SQLITE_SYNCHRONOUS").is_ok_and(|value| value == "OFF") {
        tracing::warn!("commits do not wait for the disk: this is a test");
        return Options { synchronous: store::Synchronous::Off, ..Options::default() };
    }
    Options::default()
}

fn unreadable(error: ledger::StoreError) -> Failure {
    Failure::database("cannot read the database", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_behind_a_link_in_the_data_directory_is_held_too() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("real.db");
        let directories = ["one", "other"].map(|name| {
            let directory = DataDirectory::create(&home.path().join(name)).unwrap();
            std::os::unix::fs::symlink("../real.db", directory.database()).unwrap();
            directory
        });
        let [one, other] = &directories;
        // It is not there yet at a first start.
        for _ in 0..2 {
            let held = locked(one, &DatabaseUrl::DataDirectory).expect("it is free");

            let second = locked(other, &DatabaseUrl::DataDirectory);
            let copy = Lock::of_database(&file);

            for refused in [second, copy] {
                assert!(matches!(refused, Err(Failure::DatabaseLocked { .. })));
            }
            drop(held);
            std::fs::write(&file, "").unwrap();
        }
        locked(other, &DatabaseUrl::DataDirectory).expect("it is free again");
    }
}
