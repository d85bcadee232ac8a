//! A session with PostgreSQL, used by one thread at a time, which waits for each answer.
//!
//! It has a runtime of its own, so that a statement costs no change of threads: whoever waits for the
//! answer also sends and receives.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, TryStreamExt};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, RowStream, Socket};

use super::Purpose;
use super::dialect::{Translated, translate};
use super::notices;
use super::pipeline::{self, Given as Answered, Step};
use super::recording::Recording;
use super::rows;
use super::values::{Bound, Sought};
use crate::PostgresAddress;
use crate::postgres::Encryption;
use crate::sql::params::Given;
use crate::sql::value::Value;
use crate::sql::{Error, Result};

/// How long one of several hosts may take to let a session begin.
const ONE_HOST: Duration = Duration::from_secs(5);
/// How many prepared statements a session keeps.
const STATEMENTS: usize = 256;

/// A connection, and what sends and receives for it.
type Connected =
    (Client, tokio_postgres::Connection<Socket, <Encryption as MakeTlsConnect<Socket>>::Stream>);

/// A statement that the server has prepared.
#[derive(Clone)]
pub(crate) struct Prepared {
    statement: tokio_postgres::Statement,
    names: Arc<[String]>,
    numbers: Arc<[usize]>,
    sql: Arc<str>,
}

impl Prepared {
    /// As the server knows it.
    pub(crate) fn statement(&self) -> &tokio_postgres::Statement {
        &self.statement
    }
}

/// A session.
pub(crate) struct Session {
    /// There until the session is dropped.
    runtime: Option<Runtime>,
    client: Client,
    prepared: RefCell<HashMap<String, Prepared>>,
    /// The insertions of many rows that go with insertions of one.
    many: RefCell<HashMap<Arc<str>, Option<tokio_postgres::Statement>>>,
    /// What is written now, while it is kept instead of sent.
    recording: RefCell<Option<Recording>>,
    given_up: Cell<bool>,
    /// Set when the server says that it waits for standbys no longer.
    unreplicated: Arc<AtomicBool>,
    patience: Cell<Duration>,
}

impl Session {
    /// Connects. Blocks: not for a thread of a runtime.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or refuses.
    pub(crate) fn connect(address: &PostgresAddress, purpose: Purpose) -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::Unwritable(error.into()))?;
        let beginning = purpose.beginning();
        let (client, connection) = runtime.block_on(connected(address, beginning))?;
        // What it ends with the client's statements tell.
        let unreplicated = Arc::<AtomicBool>::default();
        runtime.spawn(notices::hear(connection, Arc::clone(&unreplicated)));
        let session = Self {
            runtime: Some(runtime),
            client,
            prepared: RefCell::default(),
            many: RefCell::default(),
            recording: RefCell::default(),
            given_up: Cell::new(false),
            unreplicated,
            patience: Cell::new(beginning),
        };
        session.run(&purpose.settings())?;
        session.patience.set(purpose.patience());
        Ok(session)
    }

    /// Whether the server has gone away, as far as is known.
    pub(crate) fn is_closed(&self) -> bool {
        if let Some(runtime) = &self.runtime {
            // Nothing is received while nobody waits: not the server's farewell either.
            runtime.block_on(tokio::task::yield_now());
        }
        self.given_up.get() || self.client.is_closed()
    }

    /// Waits for each answer so long at most; how long it was before.
    pub(crate) fn wait_at_most(&self, patience: Duration) -> Duration {
        self.patience.replace(patience)
    }

    /// Uses the session no more: nobody knows what it is in the middle of.
    pub(crate) fn give_up(&self) {
        self.given_up.set(true);
    }

    pub(crate) fn prepare(&self, sql: &str) -> Result<Prepared> {
        if let Some(prepared) = self.prepared.borrow().get(sql) {
            return Ok(prepared.clone());
        }
        let prepared = self.prepare_once(sql)?;
        let mut kept = self.prepared.borrow_mut();
        if kept.len() >= STATEMENTS {
            kept.clear();
        }
        kept.insert(sql.to_owned(), prepared.clone());
        Ok(prepared)
    }

    pub(crate) fn prepare_once(&self, sql: &str) -> Result<Prepared> {
        let Translated { sql, names, numbers } = translate(sql);
        let statement = self.wait(self.client.prepare(&sql))?;
        let (names, numbers) = (names.into(), numbers.into());
        Ok(Prepared { statement, names, numbers, sql: sql.into() })
    }

    /// From here on keeps what is written instead of sending it, and says that each statement has
    /// written one row; a query sends it.
    pub(crate) fn record(&self) {
        self.recording.replace(Some(Recording::default()));
    }

    /// Keeps nothing any more; what was kept is forgotten.
    pub(crate) fn forget_recorded(&self) {
        self.recording.replace(None);
    }

    /// Sends what was kept, and `then` after it, and keeps nothing any more.
    pub(crate) fn send_recorded(&self, then: Vec<Step>) -> Result<()> {
        let mut steps = self.recording.take().map_or_else(Vec::new, Recording::into_steps);
        steps.extend(then);
        if steps.is_empty() { Ok(()) } else { self.pipeline(steps).map(|_| ()) }
    }

    /// Sends all at once, and waits for what each gives; the error of the first that fails.
    pub(crate) fn pipeline(&self, steps: Vec<Step>) -> Result<Vec<Answered>> {
        self.wait(pipeline::run(&self.client, steps))
    }

    /// Keeps a statement, if statements are kept now.
    fn keep(&self, prepared: &Prepared, given: &[Bound<'_>]) -> Result<bool> {
        if self.recording.borrow().is_none() {
            return Ok(false);
        }
        let many = self.many(prepared)?;
        let values: Vec<Value<'_>> = given.iter().map(|bound| bound.0).collect();
        match self.recording.borrow_mut().as_mut() {
            Some(recording) => {
                let statements = (&prepared.statement, many.as_ref());
                recording.keep(&prepared.sql, statements, &values).map(|()| true)
            }
            None => Ok(false),
        }
    }

    /// The insertion of many rows that goes with this insertion of one.
    fn many(&self, prepared: &Prepared) -> Result<Option<tokio_postgres::Statement>> {
        if let Some(many) = self.many.borrow().get(&prepared.sql) {
            return Ok(many.clone());
        }
        let many = match rows::of_many(&prepared.sql, prepared.statement.params()) {
            Some(sql) => Some(self.wait(self.client.prepare(&sql))?),
            None => None,
        };
        let mut kept = self.many.borrow_mut();
        if kept.len() >= STATEMENTS {
            kept.clear();
        }
        kept.insert(prepared.sql.clone(), many.clone());
        Ok(many)
    }

    pub(crate) fn execute(&self, prepared: &Prepared, given: Given<'_>) -> Result<usize> {
        let params = bound(prepared, given)?;
        if self.keep(prepared, &params)? {
            return Ok(1);
        }
        let written = self.wait(self.client.execute_raw(&prepared.statement, params))?;
        Ok(usize::try_from(written).unwrap_or(usize::MAX))
    }

    pub(crate) fn query(&self, prepared: &Prepared, given: Given<'_>) -> Result<RowStream> {
        let params = bound(prepared, given)?;
        #[cfg(test)]
        crate::sql::asked::hear(&prepared.sql, params.iter().map(|bound| bound.0));
        if self.recording.borrow().is_some() {
            self.send_recorded(Vec::new())?;
            self.record();
        }
        let params = params.into_iter().map(Sought);
        self.wait(self.client.query_raw(&prepared.statement, params))
    }

    /// The next row of a stream.
    pub(crate) fn next(
        &self,
        stream: &mut Pin<Box<RowStream>>,
    ) -> Result<Option<tokio_postgres::Row>> {
        self.wait(stream.try_next())
    }

    /// Runs statements without parameters or results.
    pub(crate) fn run(&self, sql: &str) -> Result<()> {
        self.wait(self.client.batch_execute(sql))
    }

    /// Brings rows in PostgreSQL's own form in with `sql`, a `COPY … FROM STDIN`; how many they were.
    pub(crate) fn copy_in(&self, sql: &str, rows: Vec<u8>) -> Result<u64> {
        self.wait(async {
            let sink = self.client.copy_in::<_, std::io::Cursor<Vec<u8>>>(sql).await?;
            let mut sink = std::pin::pin!(sink);
            sink.send(std::io::Cursor::new(rows)).await?;
            sink.finish().await
        })
    }

    /// Waits for an answer, with a bound.
    fn wait<T>(
        &self,
        answer: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let runtime = self.runtime.as_ref().ok_or(Error::Closed)?;
        let answered = runtime.block_on(bounded(self.patience.get(), answer))?;
        // It comes before the answer that a commit is done.
        if self.unreplicated.swap(false, Ordering::Relaxed) {
            return Err(Error::Unreplicated);
        }
        Ok(answered)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A runtime that is dropped waits for its threads, which no thread of another one may.
            runtime.shutdown_background();
        }
    }
}

/// A connection with the first host that takes it. Where there are several each has its time, which
/// includes its word after the connection.
async fn connected(address: &PostgresAddress, patience: Duration) -> Result<Connected> {
    let hosts = address.hosts();
    let bound = if hosts.len() > 1 { patience.min(ONE_HOST) } else { patience };
    let mut last = Error::Closed;
    for host in hosts {
        match bounded(bound, host.connect(address.encryption())).await {
            Ok(connected) => return Ok(connected),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn bounded<T>(
    patience: Duration,
    answer: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
) -> Result<T> {
    match tokio::time::timeout(patience, answer).await {
        Ok(ended) => Ok(ended?),
        Err(_) => Err(Error::Late(patience.as_secs())),
    }
}

/// The parameters in the order of the statement.
fn bound<'a>(prepared: &Prepared, given: Given<'a>) -> Result<Vec<Bound<'a>>> {
    let wanted = prepared.statement.params().len();
    let values: Vec<Value<'a>> = match given {
        Given::Positional(values) => prepared
            .numbers
            .iter()
            .map(|&number| {
                let found = number.checked_sub(1).and_then(|place| values.get(place));
                found.copied().ok_or_else(|| missing(&number.to_string()))
            })
            .collect::<Result<_>>()?,
        Given::Named(values) => prepared
            .names
            .iter()
            .map(|name| {
                let found = values.iter().find(|(given, _)| given.strip_prefix(':') == Some(name));
                found.map(|(_, value)| *value).ok_or_else(|| missing(name))
            })
            .collect::<Result<_>>()?,
    };
    if values.len() != wanted {
        return Err(missing(&format!("{wanted}")));
    }
    Ok(values.into_iter().map(Bound).collect())
}

fn missing(name: &str) -> Error {
    Error::Unwritable(format!("parameter {name} has no value").into())
}
