//! The table `leases`. Every time in it is the database's: nobody else's clock is asked.

use std::time::Duration;

use ledger::Version;
use pki::lease::{Claim, Ended, Lease, Start, WorkRecord};

use crate::WorkState;
use crate::sql::{self, Connection, OptionalExtension, params};

/// The longest that work is put off, milliseconds.
const LONGEST_PAUSE: i64 = 24 * 60 * 60 * 1000;

/// The longest that work which failed is believed to be put off, milliseconds. What is due later was
/// put off by a clock that has been set back since.
const LONGEST_AFTER_FAILURE: i64 = 10 * 60 * 1000;

/// How many leases metrics look at.
const LOOKED_AT: u32 = 10_000;

/// How much of a failure's text is kept, characters.
const FAILURE: usize = 500;

/// Milliseconds since 1970, the same at every place of one statement.
macro_rules! now {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}

/// Whether work with a row can be taken up: nobody holds it, by an expiry that a lease of this
/// length can have, and it is due, or anybody who starts may begin. ?3 is the length, ?4 whether
/// somebody starts, ?5 the longest rest after work that was done, ?6 after work that failed.
macro_rules! free {
    () => {
        concat!(
            "(leases.expires_at <= ",
            now!(),
            " OR leases.expires_at > ",
            now!(),
            " + ?3) AND (leases.due_at <= ",
            now!(),
            " OR leases.due_at > ",
            now!(),
            " + CASE WHEN leases.failures = 0 THEN CAST(?5 AS BIGINT) ELSE CAST(?6 AS BIGINT) END
               OR (?4 AND leases.failures = 0))"
        )
    };
}

/// Whether it is worth a write to claim the work.
pub(crate) fn is_free(connection: &Connection, claim: Claim<'_>) -> sql::Result<bool> {
    let sql = concat!("SELECT ?2 <> '' AND (", free!(), ") FROM leases WHERE name = ?1");
    let mut statement = connection.prepare_cached(sql)?;
    let free = statement.query_row(values(claim), |row| row.get(0)).optional()?;
    Ok(free.unwrap_or(true))
}

/// Takes the work up where it is free.
pub(crate) fn acquire(connection: &Connection, claim: Claim<'_>) -> sql::Result<Option<Lease>> {
    let late: Option<i64> = connection
        .prepare_cached(concat!("SELECT ", now!(), " - due_at FROM leases WHERE name = ?1"))?
        .query_row([claim.name], |row| row.get(0))
        .optional()?;
    let sql = concat!(
        "INSERT INTO leases (name, version, holder, expires_at, due_at, failures)
         VALUES (?1, ",
        now!(),
        ", ?2, ",
        now!(),
        " + ?3, ",
        now!(),
        ", 0)
         ON CONFLICT (name) DO UPDATE
             SET version = CASE WHEN leases.version < excluded.version THEN excluded.version
                                ELSE leases.version + 1 END,
                 holder = excluded.holder,
                 expires_at = excluded.expires_at
             WHERE ",
        free!(),
        " RETURNING version, failures"
    );
    let mut statement = connection.prepare_cached(sql)?;
    let taken = statement.query_row(values(claim), |row| {
        Ok(Lease {
            name: claim.name.to_owned(),
            fence: Version(row.get(0)?),
            failures: row.get(1)?,
            late: Duration::from_millis(u64::try_from(late.unwrap_or(0)).unwrap_or(0)),
        })
    });
    taken.optional()
}

/// Lets a lease last; whether it still counts.
pub(crate) fn renew(connection: &Connection, lease: &Lease, lasts: Duration) -> sql::Result<bool> {
    let sql = concat!(
        "UPDATE leases SET expires_at = ",
        now!(),
        " + ?3 WHERE name = ?1 AND version = ?2"
    );
    let params = params![lease.name, lease.fence.0, millis(lasts)];
    Ok(connection.prepare_cached(sql)?.execute(params)? == 1)
}

/// Ends a lease, and records how the work ended; whether it still counted.
pub(crate) fn release(connection: &Connection, lease: &Lease, ended: &Ended) -> sql::Result<bool> {
    let sql = concat!(
        "UPDATE leases
         SET expires_at = 0,
             due_at = ",
        now!(),
        " + ?3,
             failures = CASE WHEN CAST(?4 AS TEXT) IS NULL THEN 0 ELSE failures + 1 END,
             last_error = ?4
         WHERE name = ?1 AND version = ?2"
    );
    let failure: Option<String> =
        ended.failure.as_ref().map(|failure| failure.chars().take(FAILURE).collect());
    let pause = millis(ended.pause).min(LONGEST_PAUSE);
    let params = params![lease.name, lease.fence.0, pause, failure];
    Ok(connection.prepare_cached(sql)?.execute(params)? == 1)
}

/// What is recorded of the work.
pub(crate) fn by_name(connection: &Connection, name: &str) -> sql::Result<Option<WorkRecord>> {
    let sql = concat!(
        "SELECT version, failures, last_error, expires_at > ",
        now!(),
        " FROM leases WHERE name = ?1"
    );
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row([name], |row| {
        Ok(WorkRecord {
            fence: Version(row.get(0)?),
            failures: row.get(1)?,
            last_error: row.get(2)?,
            is_taken: row.get(3)?,
        })
    });
    found.optional()
}

/// How it stands with each kind of work, those with a failure first. A lease's name is the kind, or the
/// kind's own beginning and what the piece is about; of many pieces some are looked at. When a list is
/// due stands elsewhere: its lease only tells until when it rests.
pub(crate) fn states(connection: &Connection) -> sql::Result<Vec<WorkState>> {
    let sql = concat!(
        "SELECT kind, CAST(max(failures) AS BIGINT),
             CAST(max(CASE WHEN kind <> 'publish_crls' AND expires_at <= ",
        now!(),
        " THEN ",
        now!(),
        " - due_at ELSE 0 END) AS BIGINT),
             CAST(sum(CASE WHEN expires_at > ",
        now!(),
        " THEN 1 ELSE 0 END) AS BIGINT)
         FROM (SELECT CASE WHEN name LIKE 'crl/%' THEN 'publish_crls' ELSE name END AS kind,
                      failures, expires_at, due_at
               FROM leases ORDER BY name DESC LIMIT ?1) AS pieces
         GROUP BY kind ORDER BY kind"
    );
    connection
        .prepare_cached(sql)?
        .query_map(params![LOOKED_AT], |row| {
            let overdue: i64 = row.get(2)?;
            Ok(WorkState {
                kind: row.get(0)?,
                failures: row.get(1)?,
                overdue: Duration::from_millis(u64::try_from(overdue).unwrap_or(0)),
                leases: row.get(3)?,
            })
        })?
        .collect()
}

/// The parameters of both statements of a claim.
fn values<'a>(claim: Claim<'a>) -> (&'a str, &'a str, i64, bool, i64, i64) {
    let Claim { name, holder, lasts, rests, start } = claim;
    let starts = start == Start::AtOnce;
    (name, holder, millis(lasts), starts, millis(rests), LONGEST_AFTER_FAILURE)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX).min(LONGEST_PAUSE)
}
