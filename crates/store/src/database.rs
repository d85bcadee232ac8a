//! The database: opened, written through one queue, closed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ledger::{ChangeId, Changes, CommitError, StoreError};

use crate::authority_keys::AuthorityKeys;
use crate::contents::{filling, unfinished};
use crate::epochs::{Ending, Epochs};
use crate::postgres::{demands, replication};
use crate::readers::{FileReaders, Pool, Readers, Searches};
use crate::replica::ReadReplica;
use crate::sealed::guard;
use crate::sql::postgres::{Purpose, Session};
use crate::sql::{self, Connection};
use crate::tables::{audit_events, data_keys};
use crate::writer::{Loss, Writer, has_become_true};
use crate::{
    AuditFilter, DataKeyRow, Demands, OpenError, Options, PostgresAddress, Record, Standing,
    connection, migrations,
};

/// How many sessions with a server write.
const WRITERS: usize = 2;
/// How many sessions with a server read at most.
const READERS: usize = 16;

/// How long it is waited for what became of a change set, after its commit was not answered.
const SETTLING: Duration = Duration::from_secs(5);

/// The ledger. Clones share it.
#[derive(Clone)]
pub struct Database {
    writer: Arc<Writer>,
    epochs: Arc<Epochs>,
    authority_keys: Arc<AuthorityKeys>,
    readers: Readers,
    searches: Searches,
    /// What may answer lists and exports in the readers' place.
    replica: Option<Arc<ReadReplica>>,
}

impl Database {
    /// Opens the database at `path`, creates it where there is none, and brings it to the shape of
    /// this release.
    ///
    /// An error of the disk during a commit ends the process: after it nobody knows what the disk
    /// holds, and a restart finds out.
    ///
    /// # Errors
    ///
    /// When the file cannot be used, is open to others, or is of another release: see
    /// [`OpenError`].
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        Self::open_with(path, options, Loss::ending_the_process())
    }

    /// Opens the database on a PostgreSQL server that is as `demands` say, and brings it to the shape of
    /// this release. Blocks: not for a thread of a runtime.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached, or is not one to keep keys on: see [`OpenError`].
    pub fn open_postgres(address: PostgresAddress, demands: Demands) -> Result<Self, OpenError> {
        let first = Connection::Postgres(Session::connect(&address, Purpose::Long)?);
        demands.judge(&demands::ask(&first)?)?;
        unfinished::refuse(&first)?;
        // Nobody begins to fill it from here on, until the last session is gone that says this.
        filling::keep_away(&first)?;
        if !migrations::postgres::is_current(&first)? {
            let tables = Session::connect(&address, Purpose::Tables)?;
            migrations::postgres::apply(&Connection::Postgres(tables))?;
        }
        unfinished::refuse(&first)?;
        let pool = Pool::new(address.clone(), READERS);
        // A server that took over, or was started with other settings, has to be one too.
        let connect = move || -> sql::Result<Connection> {
            let connection = Connection::Postgres(Session::connect(&address, Purpose::Write)?);
            demands.judge(&demands::ask(&connection)?)?;
            filling::keep_away(&connection)?;
            Ok(connection)
        };
        let lines = (0..WRITERS).map(|_| connect()).collect::<sql::Result<_>>()?;
        let writer = Writer::start_shared(lines, connect).map_err(OpenError::Thread)?;
        let readers = Readers::Postgres(Arc::new(pool));
        Ok(Self {
            writer: Arc::new(writer),
            epochs: Arc::default(),
            authority_keys: Arc::default(),
            readers,
            searches: Searches::of_server(READERS),
            replica: None,
        })
    }

    /// Opens the database with another answer to a failed commit.
    pub(crate) fn open_with(path: &Path, options: Options, loss: Loss) -> Result<Self, OpenError> {
        let mut write = connection::writer(path, options.synchronous)?;
        // Nobody else's beginning is brought to another shape.
        unfinished::refuse_file(&write)?;
        migrations::apply(&mut write)?;
        guard::install(&write)?;
        // What a process that was killed has overwritten may still stand in the log.
        write.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let readers = Readers::Sqlite(Arc::new(FileReaders::open(path, options.readers)?));
        let write = Connection::Sqlite(write);
        let writer = Writer::start(write, loss).map_err(OpenError::Thread)?;
        Ok(Self {
            writer: Arc::new(writer),
            epochs: Arc::default(),
            authority_keys: Arc::default(),
            readers,
            searches: Searches::of_file(),
            replica: None,
        })
    }

    /// Lets a standby of the server answer lists and exports ([`pki::Replica`]), whenever it has all that
    /// was answered before. One that is away is tried again by itself. Blocks: not for a thread of a
    /// runtime.
    ///
    /// # Errors
    ///
    /// When the database is in a file, or the standby is one of another database.
    pub fn reading_from(self, standby: &PostgresAddress) -> Result<Self, OpenError> {
        let Readers::Postgres(primary) = &self.readers else {
            return Err(OpenError::ReplicaOfFile);
        };
        let replica = ReadReplica::open(standby, Arc::clone(primary))?;
        Ok(Self { replica: Some(Arc::new(replica)), ..self })
    }

    /// The database as its replica has it, for one operation, which has all that was answered before;
    /// `None` where the primary is to answer.
    pub(crate) async fn held_replica(&self) -> Option<Self> {
        let held = self.replica.as_ref()?.hold().await?;
        Some(Self { readers: Readers::Replica(Arc::new(held)), replica: None, ..self.clone() })
    }

    /// How many connections are open that read, or that ask the server how far it is.
    pub(crate) fn reading_sessions(&self) -> u32 {
        let asking = self.replica.as_ref().map_or(0, |replica| replica.asking());
        self.readers.open().saturating_add(u32::try_from(asking).unwrap_or(u32::MAX))
    }

    /// How many sessions with a replica are open; `None` where there is no replica.
    pub(crate) fn replica_sessions(&self) -> Option<u32> {
        let replica = self.replica.as_ref()?;
        Some(u32::try_from(replica.count()).unwrap_or(u32::MAX))
    }

    /// Makes a change set true that may hold records of every kind; durable when it returns.
    ///
    /// # Errors
    ///
    /// As [`pki::Store::commit`].
    pub async fn commit_all(&self, changes: Changes<Record>) -> Result<(), CommitError> {
        let changes = changes.into_parts();
        let _ending = Ending::by(&changes, &self.epochs);
        let fate = self.writer.commit(changes).await;
        self.learn_from(&fate);
        fate
    }

    /// Whether the change set `id` became true. The answer is final: it waits for every commit that
    /// was asked for before.
    ///
    /// # Errors
    ///
    /// When the database cannot be read, or does not say so soon. Never that it is busy: that would
    /// say that nothing was done.
    pub async fn committed(&self, id: ChangeId) -> Result<bool, StoreError> {
        let settled = tokio::time::timeout(SETTLING, self.settled(id)).await;
        let became_true = settled.map_err(StoreError::new)?.map_err(StoreError::new)?;
        if became_true {
            // It may have done so after the commit was given up, which ended an earlier one.
            self.end_epoch();
        }
        Ok(became_true)
    }

    async fn settled(&self, id: ChangeId) -> Result<bool, StoreError> {
        self.writer.settle().await.map_err(StoreError::new)?;
        if let Some(first) = self.writer.unsettled(id) {
            let settled = self.written(move |c| has_become_true(c, first, id)).await;
            return settled.map_err(StoreError::new);
        }
        self.point(move |c| audit_events::told(c, id)).await
    }

    /// Proves that commits are possible: by one, or by one of a moment ago after which none has
    /// failed.
    ///
    /// # Errors
    ///
    /// When they are not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.writer.ready().await
    }

    /// All data keys, oldest first.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn data_keys(&self) -> Result<Vec<DataKeyRow>, StoreError> {
        self.point(data_keys::all).await
    }

    /// The sealed text that tells whether the master key is the right one; `None` before the
    /// first.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn canary(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.point(data_keys::canary).await
    }

    /// Audit events, newest first.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn audit(&self, filter: AuditFilter) -> Result<Vec<iam::RecordedEvent>, StoreError> {
        self.scan(move |c| audit_events::page(c, &filter)).await
    }

    /// The standbys that follow the server, by name; none where there is no server.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn standbys(&self) -> Result<Vec<Standing>, StoreError> {
        match &self.readers {
            Readers::Sqlite(_) | Readers::Replica(_) => Ok(Vec::new()),
            Readers::Postgres(pool) => pool.run(replication::standings).await,
        }
    }

    /// Whether a server has it, so that other processes may work on it at the same time.
    pub fn is_shared(&self) -> bool {
        !matches!(self.readers, Readers::Sqlite(_))
    }

    /// How many write transactions were committed since the database was opened.
    pub fn transactions(&self) -> u64 {
        self.writer.transactions()
    }

    /// Finishes what is waiting, moves everything into the database file and ends the writer.
    /// Later commits fail; reads go on. Blocks until it is done; a second call finds nothing to do.
    /// Dropping the last clone does the same.
    pub fn close(&self) {
        self.writer.close();
    }

    /// Runs a read of a few rows by key.
    pub(crate) async fn point<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.point(read).await
    }

    /// Runs a read of many rows.
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.scan(read).await
    }

    /// Runs a read that may pass over all that an account has, after the others of this kind. On a replica
    /// its sessions are the bound: who finds all in use comes here.
    pub(crate) async fn search<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = match &self.readers {
            Readers::Replica(_) => None,
            Readers::Sqlite(_) | Readers::Postgres(_) => Some(self.searches.turn().await?),
        };
        let searching = move |connection: &Connection| {
            let _turn = &turn;
            read(connection)
        };
        self.readers.scan(searching).await
    }

    /// The connections that read.
    pub(crate) fn readers(&self) -> &Readers {
        &self.readers
    }

    /// The keys of authorities that are known in an epoch.
    pub(crate) fn authority_keys(&self) -> &AuthorityKeys {
        &self.authority_keys
    }

    /// What this node knows of epochs.
    pub(crate) fn epochs(&self) -> &Epochs {
        &self.epochs
    }

    /// The queue to the one writer.
    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Runs `work` on the write connection, between transactions.
    #[cfg(test)]
    pub(crate) async fn on_writer(
        &self,
        work: impl FnOnce(&mut rusqlite::Connection) + Send + 'static,
    ) {
        self.writer.run(Box::new(work)).await;
    }
}

#[cfg(test)]
mod tests {
    use ledger::system::{SystemClock, SystemRandom};
    use ledger::{AccountId, Timestamp};
    use pki::certificate::{CertificateFilter, CertificateQuery};
    use pki::tag::TagSearch;
    use pki::{Lists, Page};
    use tokio::time::timeout;

    use super::*;

    const MOMENT: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn searches_wait_for_each_other_and_lists_do_not() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::open(&directory.path().join("x.db"), Options::default()).unwrap();
        let mut searching = Vec::new();
        while let Ok(turn) = timeout(MOMENT, database.searches.turn()).await {
            searching.push(turn.unwrap());
        }
        let account = AccountId::generate(&SystemClock, &SystemRandom);
        let (page, now) = (Page { limit: 10, offset: 0 }, Timestamp::from_millis(1));
        let named = CertificateFilter { name: Some("a".to_owned()), ..Default::default() };
        let named = CertificateQuery { filter: named, ..Default::default() };
        let tagged = |values: &[&str]| TagSearch {
            tags: [("k".to_owned(), values.iter().copied().map(String::from).collect())].into(),
            name: None,
        };

        let list = CertificateQuery::default();
        assert_eq!(database.certificates(account, &list, page, now).await.unwrap().total, 0);
        let by_value = database.certificates_by_tags(account, &tagged(&["a"]), page).await;
        assert_eq!(by_value.unwrap().total, 0);
        for tags in
            [tagged(&["a", "b"]), TagSearch { name: named.filter.name.clone(), ..tagged(&[]) }]
        {
            let search = database.certificates_by_tags(account, &tags, page);
            assert!(timeout(MOMENT, search).await.is_err(), "{tags:?}");
        }
        assert!(timeout(MOMENT, database.certificates(account, &named, page, now)).await.is_err());

        drop(searching);
        assert_eq!(database.certificates(account, &named, page, now).await.unwrap().total, 0);
    }
}
