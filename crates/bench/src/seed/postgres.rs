//! Copies into a PostgreSQL, by COPY: a connection for each table.

use std::fs;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::SinkExt;
use futures_util::future::{join3, try_join_all};
use tokio::runtime::{self, Runtime};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, CopyInSink, NoTls, Statement};

use super::cell::Cell;
use super::made::Made;
use super::template::{Row, TABLES, Template, unlike};
use crate::failure::Failure;

/// A PostgreSQL whose servers are stopped.
pub(crate) struct Cluster {
    url: String,
    runtime: Runtime,
    client: Client,
}

impl Cluster {
    /// Connects.
    ///
    /// # Errors
    ///
    /// Nobody answers there, or refuses.
    pub(crate) fn open(url: &str) -> Result<Self, Failure> {
        let mut builder = runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(Failure::io("starting a runtime"))?;
        let client = runtime.block_on(connected(url))?;
        Ok(Self { url: url.to_owned(), runtime, client })
    }

    /// What SQL finds.
    ///
    /// # Errors
    ///
    /// The database's own.
    pub(super) fn rows(&self, sql: &str) -> Result<Vec<Row>, Failure> {
        let rows = self.runtime.block_on(self.client.query(sql, &[]))?;
        rows.iter().map(row).collect()
    }

    /// Writes copies of the template as `make` hands them on, then runs `after`.
    ///
    /// # Errors
    ///
    /// The database's own, or that of `make`.
    pub(super) fn fill(
        &mut self,
        template: &Template,
        after: &[String],
        make: impl FnOnce(&mut dyn FnMut(Vec<Made>) -> Result<(), Failure>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let runtime = &self.runtime;
        let mut streams = Vec::with_capacity(TABLES.len());
        for (table, row) in TABLES.iter().zip(&template.rows) {
            let own = (table.name, table.differing);
            streams.push(runtime.block_on(Stream::open(&self.url, own, row))?);
        }
        make(&mut |batch| {
            for (place, stream) in streams.iter_mut().enumerate() {
                let lines = stream.lines(batch.iter().filter_map(|made| made.get(place)));
                runtime.block_on(stream.sink.send(lines))?;
            }
            Ok(())
        })?;
        for mut stream in streams {
            runtime.block_on(async { stream.sink.as_mut().finish().await })?;
        }
        for sql in after {
            runtime.block_on(self.client.batch_execute(sql))?;
        }
        Ok(runtime.block_on(self.client.batch_execute("VACUUM ANALYZE"))?)
    }
}

impl Cluster {
    /// Prepares statements.
    ///
    /// # Errors
    ///
    /// The database's own.
    pub(crate) fn prepared(&self, statements: &[String]) -> Result<Vec<Statement>, Failure> {
        let mut prepared = Vec::with_capacity(statements.len());
        for sql in statements {
            prepared.push(self.runtime.block_on(self.client.prepare(sql))?);
        }
        Ok(prepared)
    }

    /// Executes them in one durable transaction, all on their way at once, and then `last`.
    ///
    /// # Errors
    ///
    /// The database's own.
    pub(crate) fn commit(
        &self,
        statements: &[Statement],
        cells: &[Vec<Cell>],
        last: &str,
    ) -> Result<(), Failure> {
        let client = &self.client;
        self.runtime.block_on(async {
            let begin = client.batch_execute("BEGIN");
            let rows = statements.iter().zip(cells).map(|(statement, cells)| {
                let cells: Vec<&(dyn ToSql + Sync)> =
                    cells.iter().map(|cell| cell as &(dyn ToSql + Sync)).collect();
                async move { client.execute(statement, &cells).await }
            });
            let end = format!("{last}; COMMIT");
            let (begun, written, ended) =
                join3(begin, try_join_all(rows), client.batch_execute(&end)).await;
            begun?;
            written?;
            Ok(ended?)
        })
    }

    /// Runs a statement outside of a transaction.
    ///
    /// # Errors
    ///
    /// The database's own.
    pub(crate) fn run(&self, sql: &str) -> Result<(), Failure> {
        Ok(self.runtime.block_on(self.client.batch_execute(sql))?)
    }

    /// Reads by one text.
    ///
    /// # Errors
    ///
    /// The database's own.
    pub(crate) fn read(&self, statements: &[Statement], key: &str) -> Result<(), Failure> {
        for statement in statements {
            self.runtime.block_on(self.client.query_one(statement, &[&key]))?;
        }
        Ok(())
    }

    /// The processes of the database that run now, if it is on this machine.
    ///
    /// # Errors
    ///
    /// The database's own.
    pub(crate) fn processes(&self) -> Result<Vec<u32>, Failure> {
        let asked = self.client.query_one("SELECT pg_backend_pid()", &[]);
        let own = self.runtime.block_on(asked)?.try_get::<_, i32>(0)?;
        let parent = parent(&own.to_string());
        let entries = fs::read_dir("/proc").map_err(Failure::io("/proc"))?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let kin = names.filter(|name| parent.is_some() && self::parent(name) == parent);
        Ok(kin.filter_map(|name| name.parse().ok()).collect())
    }
}

/// The parent of a process (proc_pid_stat(5): the second field after the name).
fn parent(process: &str) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_name, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(1)?.parse().ok()
}

/// One table's COPY.
struct Stream {
    sink: Pin<Box<CopyInSink<Bytes>>>,
    columns: Vec<(Cell, Option<usize>)>,
    _client: Client,
}

impl Stream {
    async fn open(
        url: &str,
        (table, differing): (&str, &[&str]),
        row: &Row,
    ) -> Result<Self, Failure> {
        let client = connected(url).await?;
        let names: Vec<&str> = row.columns.iter().map(|(name, _)| name.as_str()).collect();
        if let Some(unknown) = differing.iter().find(|name| !names.contains(name)) {
            return Err(unlike(unknown));
        }
        let sql = format!("COPY {table} ({}) FROM STDIN", names.join(", "));
        let sink = Box::pin(client.copy_in::<_, Bytes>(&sql).await?);
        let place = |name: &str| differing.iter().position(|own| *own == name);
        let columns = row.columns.iter().map(|(name, cell)| (cell.clone(), place(name))).collect();
        Ok(Self { sink, columns, _client: client })
    }

    fn lines<'a>(&self, copies: impl Iterator<Item = &'a Vec<Cell>>) -> Bytes {
        let mut lines = String::new();
        for cells in copies {
            for (column, (cell, place)) in self.columns.iter().enumerate() {
                if column > 0 {
                    lines.push('\t');
                }
                let own = place.and_then(|place| cells.get(place));
                own.unwrap_or(cell).write_copied(&mut lines);
            }
            lines.push('\n');
        }
        Bytes::from(lines)
    }
}

async fn connected(url: &str) -> Result<Client, Failure> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    // How it ends is told to the client as well.
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

fn row(row: &tokio_postgres::Row) -> Result<Row, Failure> {
    let cell = |(place, column): (usize, &tokio_postgres::Column)| {
        let null = Cell::Null;
        let cell = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(place)?.map_or(null, Cell::Integer),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(place)?.map_or(null, Cell::Blob),
            _ => row.try_get::<_, Option<String>>(place)?.map_or(null, Cell::Text),
        };
        Ok((column.name().to_owned(), cell))
    };
    let columns = row.columns().iter().enumerate().map(cell).collect::<Result<_, Failure>>()?;
    Ok(Row { columns })
}
