//! A session with PostgreSQL, used by one thread at a time, which waits for each answer.
//!
//! It has a runtime of its own, so that a statement costs no change of threads: whoever waits for the
//! answer also sends and receives.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;

use futures_util::TryStreamExt;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, Config, NoTls, RowStream};

use super::dialect::{Translated, translate};
use super::values::Bound;
use crate::sql::params::Given;
use crate::sql::value::Value;
use crate::sql::{Error, Result};

/// How long a statement may take in all before the session is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many prepared statements a session keeps.
const STATEMENTS: usize = 256;

/// A statement that the server has prepared.
#[derive(Clone)]
pub(crate) struct Prepared {
    statement: tokio_postgres::Statement,
    names: std::sync::Arc<[String]>,
}

/// A session.
pub(crate) struct Session {
    /// There until the session is dropped.
    runtime: Option<Runtime>,
    client: Client,
    prepared: RefCell<HashMap<String, Prepared>>,
    given_up: Cell<bool>,
}

impl Session {
    /// Connects. Blocks: not for a thread of a runtime.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or refuses.
    pub(crate) fn connect(config: &Config) -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::Unwritable(error.into()))?;
        let (client, connection) = runtime.block_on(bounded(config.connect(NoTls)))?;
        // What it ends with the client's statements tell.
        runtime.spawn(async move { drop(connection.await) });
        Ok(Self {
            runtime: Some(runtime),
            client,
            prepared: RefCell::default(),
            given_up: Cell::new(false),
        })
    }

    /// Whether the server has gone away, as far as is known.
    pub(crate) fn is_closed(&self) -> bool {
        self.given_up.get() || self.client.is_closed()
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
        let Translated { sql, names } = translate(sql);
        let statement = self.wait(self.client.prepare(&sql))?;
        Ok(Prepared { statement, names: names.into() })
    }

    pub(crate) fn execute(&self, prepared: &Prepared, given: Given<'_>) -> Result<usize> {
        let params = bound(prepared, given)?;
        let written = self.wait(self.client.execute_raw(&prepared.statement, params))?;
        Ok(usize::try_from(written).unwrap_or(usize::MAX))
    }

    pub(crate) fn query(&self, prepared: &Prepared, given: Given<'_>) -> Result<RowStream> {
        let params = bound(prepared, given)?;
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

    /// Waits for an answer, with a bound.
    fn wait<T>(
        &self,
        answer: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let runtime = self.runtime.as_ref().ok_or(Error::Closed)?;
        runtime.block_on(bounded(answer))
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

async fn bounded<T>(
    answer: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
) -> Result<T> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(ended) => Ok(ended?),
        Err(_) => Err(Error::Late(PATIENCE.as_secs())),
    }
}

/// The parameters in the order of the statement.
fn bound<'a>(prepared: &Prepared, given: Given<'a>) -> Result<Vec<Bound<'a>>> {
    let wanted = prepared.statement.params().len();
    let values: Vec<Value<'a>> = match given {
        Given::Positional(values) => values,
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
