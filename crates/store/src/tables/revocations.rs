//! The table `revocations`.

use ledger::{CaId, Timestamp};
use pki::crl::{List, Past, Tally};
use pki::{Revocation, RevocationReason};
use x509::serial::SerialNumber;
use x509::{EntrySizes, ReasonCode, RevokedCertificate, UnixTime};

use super::columns::Columns;
use super::counters;
use crate::sql::{self, Connection, Row, params};

pub(crate) fn insert(connection: &Connection, revocation: &Revocation) -> sql::Result<()> {
    let sql = "INSERT INTO revocations
                   (issuer, serial, version, account, revoked_at, reason, not_after, shard)
               VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7)";
    connection.prepare_cached(sql)?.execute(params![
        revocation.issuer.to_string(),
        revocation.serial.to_hex(),
        revocation.account.to_string(),
        revocation.revoked_at.as_millis(),
        revocation.reason.code(),
        revocation.not_after.as_millis(),
        revocation.shard,
    ])?;
    Ok(())
}

/// Whether an issuer revoked a serial number.
pub(crate) fn is_there(
    connection: &Connection,
    issuer: CaId,
    serial: &SerialNumber,
) -> sql::Result<bool> {
    let sql = "SELECT 1 FROM revocations WHERE issuer = ?1 AND serial = ?2";
    connection.prepare_cached(sql)?.exists(params![issuer.to_string(), serial.to_hex()])
}

/// What an issuer revoked after a serial number, in the order of the key.
pub(crate) fn after(
    connection: &Connection,
    issuer: CaId,
    serial: Option<&SerialNumber>,
    limit: u32,
) -> sql::Result<Vec<Revocation>> {
    let sql =
        "SELECT account, issuer, shard, serial, revoked_at, reason, not_after FROM revocations
               WHERE issuer = ?1 AND serial > ?2 ORDER BY serial LIMIT ?3";
    let after = serial.map_or_else(String::new, SerialNumber::to_hex);
    connection
        .prepare_cached(sql)?
        .query_map(params![issuer.to_string(), after, limit], from_row)?
        .collect()
}

fn from_row(row: &Row<'_>) -> sql::Result<Revocation> {
    let columns = &mut Columns::of(row);
    Ok(Revocation {
        account: columns.parse()?,
        issuer: columns.parse()?,
        shard: columns.take()?,
        serial: columns.convert(|hex: String| SerialNumber::from_hex(&hex))?,
        revoked_at: columns.time()?,
        reason: reason(columns)?,
        not_after: columns.time()?,
    })
}

fn reason(columns: &mut Columns<'_>) -> sql::Result<RevocationReason> {
    let code: u8 = columns.take()?;
    RevocationReason::from_code(code).ok_or_else(|| columns.impossible("reason of a revocation"))
}

/// The condition of a list's revocations that are not past. The index has all columns that are asked
/// for, in the order that is asked for; the row's number is the place in the order of the commits, since
/// there is one writer, and nothing removes revocations; a server has a column with it.
fn condition(list: List) -> &'static str {
    match list.shard {
        Some(_) => "issuer = ?1 AND NOT (not_after < ?2 AND rowid <= ?4) AND shard = ?3",
        None => {
            "issuer = ?1 AND NOT (not_after < ?2 AND rowid <= ?4) AND CAST(?3 AS BIGINT) IS NULL"
        }
    }
}

/// What the revocations of a list add up to.
pub(crate) fn tally(connection: &Connection, list: List, past: Past) -> sql::Result<Tally> {
    // A serial number is kept in hex; one whose first bit is set gets a zero before it in DER.
    let sql = format!(
        "SELECT count(*),
                coalesce(sum(length(serial) / 2 + CASE WHEN serial >= '8' THEN 1 ELSE 0 END), 0),
                count(CASE WHEN revoked_at >= ?5 THEN 1 END),
                count(CASE WHEN reason <> 0 THEN 1 END), max(revoked_at)
         FROM revocations INDEXED BY revocations_told WHERE {}",
        condition(list)
    );
    let (issuer, from) = (list.authority.to_string(), past.ended_before.as_millis());
    let generalized = Timestamp::from_seconds(UnixTime::GENERALIZED.0).as_millis();
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_row(params![issuer, from, list.shard, past.through, generalized], |row| {
        let columns = &mut Columns::of(row);
        let mut count = || columns.convert(|count: i64| u64::try_from(count));
        let sizes = EntrySizes {
            entries: count()?,
            serial_octets: count()?,
            generalized_times: count()?,
            reasons: count()?,
        };
        let latest = columns.take::<Option<i64>>()?.map(Timestamp::from_millis);
        let unpublished = counters::used(connection, &list.unpublished())?;
        let through = through(connection, &issuer)?;
        Ok(Tally { sizes, latest, through, unpublished })
    })
}

/// The place of the last revocation of an issuer, or one after it.
fn through(connection: &Connection, issuer: &str) -> sql::Result<i64> {
    if connection.is_shared() {
        // Each issuer has places of its own.
        let sql = "SELECT coalesce(max(place), 0) FROM revocations WHERE issuer = ?1";
        return connection.prepare_cached(sql)?.query_row([issuer], |row| row.get(0));
    }
    let sql = "SELECT coalesce(max(rowid), 0) FROM revocations";
    connection.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

/// Reads the entries of a list in its order.
fn telling(list: List) -> String {
    format!(
        "SELECT serial, revoked_at, reason FROM revocations INDEXED BY revocations_told
         WHERE {} ORDER BY shard NULLS FIRST, serial",
        condition(list)
    )
}

/// Hands the entries of a list over, one after the other, until nobody wants more; whether all were
/// wanted.
pub(crate) fn told(
    connection: &Connection,
    list: List,
    past: Past,
    hand_over: &mut dyn FnMut(RevokedCertificate) -> bool,
) -> sql::Result<bool> {
    let (issuer, from) = (list.authority.to_string(), past.ended_before.as_millis());
    let mut statement = connection.prepare_cached(&telling(list))?;
    let mut rows = statement.query(params![issuer, from, list.shard, past.through])?;
    while let Some(row) = rows.next()? {
        let columns = &mut Columns::of(&row);
        let entry = RevokedCertificate {
            serial: columns.convert_text(SerialNumber::from_hex)?,
            revocation_date: UnixTime(columns.time()?.as_seconds()),
            reason: ReasonCode::from_code(reason(columns)?.code())
                .filter(|reason| *reason != ReasonCode::Unspecified),
        };
        if !hand_over(entry) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_told_from_its_index_alone_in_its_order() {
        let connection = Connection::in_memory();
        let authority = "0199e5ac-3a1f-7c51-8a3c-1d0a6ab0a6c4".parse().unwrap();
        for shard in [None, Some(1)] {
            let steps = connection.plan(&telling(List { authority, shard }));
            let [step] = &steps[..] else { panic!("one step, without a sort: {steps:?}") };
            assert!(step.contains("USING COVERING INDEX revocations_told (issuer=?"), "{step}");
        }
    }
}
