//! Fills a database with copies of one certificate and of its revocation.
//!
//! A million requests would take minutes. Each copy has its own identifier, serial number and tag, and
//! the bytes of the certificate with the other serial number in them; their signature is the first
//! one's, which nobody looks at. CRLs and OCSP answers that the server makes of it are signed by it.

use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::Size;
use super::identifiers::{hex, identifier, serial};
use super::row::Row;
use crate::failure::Failure;

/// The key that all tags have.
pub(super) const TAG_KEY: &str = "team";
/// How many values the tags have.
pub(crate) const VALUES: usize = 1000;
/// How many certificates the server lets point to one shard.
const OF_A_SHARD: usize = 16_000;
/// How many serial numbers are kept for questions.
const KEPT: usize = 1000;
/// The tables into which rows go.
const TABLES: [&str; 5] = [
    "private_certificates",
    "private_certificate_contents",
    "certificate_tags",
    "serials",
    "revocations",
];

/// What is filled in.
pub(super) struct Filling<'a> {
    /// The issuer.
    pub(super) authority: &'a str,
    /// A certificate of it that was tagged and revoked through the API.
    pub(super) template: &'a str,
    /// How many there are to be.
    pub(super) size: Size,
}

/// What was filled in.
pub(super) struct Filled {
    /// Some serial numbers of revoked certificates.
    pub(super) revoked: Vec<Vec<u8>>,
    /// The certificates that are not revoked.
    pub(super) waiting: Vec<String>,
}

/// The value of the tag with this number.
pub(super) fn tag_value(number: usize) -> String {
    format!("t{:04}", number % VALUES)
}

impl Filling<'_> {
    /// Fills in; the certificates that are not revoked come last.
    pub(super) fn fill(&self, connection: &Connection) -> Result<Filled, Failure> {
        // A database that is broken by a crash in between is thrown away anyway.
        connection.pragma_update_and_check(None, "journal_mode", "off", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "cache_size", -256 * 1024)?;
        let indexes = taken_away(connection)?;
        connection.execute_batch("BEGIN")?;
        let filled = self.rows(connection)?;
        self.heads(connection)?;
        self.counters(connection)?;
        for sql in indexes {
            connection.execute_batch(&sql)?;
        }
        connection.execute_batch("COMMIT")?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        Ok(filled)
    }

    fn rows(&self, connection: &Connection) -> Result<Filled, Failure> {
        let id = &self.template;
        let read = |table, condition: &str| Row::read(connection, table, condition, &[id]);
        let certificate = read("private_certificates", "id = ?1")?;
        let contents = read("private_certificate_contents", "certificate = ?1")?;
        let tag = read("certificate_tags", "certificate = ?1")?;
        let of_serial = "(issuer, serial) =
             (SELECT issuer, serial FROM private_certificates WHERE id = ?1)";
        let serials = read("serials", of_serial)?;
        let revocation = read("revocations", of_serial)?;
        let bytes = Bytes::of(&certificate, &contents)?;
        let created_at = integer(certificate.column("created_at")?)?;

        let differing = ["id", "serial", "shard", "created_at", "revoked_at", "revocation_reason"];
        let mut certificates = certificate.copies(connection, &differing)?;
        let mut contents = contents.copies(connection, &["certificate", "der"])?;
        let mut tags = tag.copies(connection, &["certificate", "value"])?;
        let mut serials = serials.copies(connection, &["serial"])?;
        let mut revocations = revocation.copies(connection, &["serial", "shard"])?;
        let revoked_at = certificate.column("revoked_at")?;
        let reason = certificate.column("revocation_reason")?;
        let mut filled = Filled { revoked: Vec::new(), waiting: Vec::new() };
        for place in 0..self.size.all() {
            let number = place as u64;
            // Some are created in the same millisecond.
            let millis = created_at + 1 + number / 64;
            let id = identifier(millis, number);
            let octets = serial(number, bytes.length);
            let text = hex(&octets);
            let shard = (place / OF_A_SHARD) as i64;
            let is_revoked = place < self.size.revoked;
            let (at, why) =
                if is_revoked { (revoked_at, reason) } else { (&Value::Null, &Value::Null) };
            certificates.insert(&[&id, &text, &shard, &(millis as i64), at, why])?;
            contents.insert(&[&id, &bytes.with(&octets)])?;
            tags.insert(&[&id, &tag_value(place)])?;
            serials.insert(&[&text])?;
            if is_revoked {
                revocations.insert(&[&text, &shard])?;
                if place % (self.size.revoked / KEPT).max(1) == 0 {
                    filled.revoked.push(octets);
                }
            } else {
                filled.waiting.push(id);
            }
        }
        Ok(filled)
    }

    /// A head for each shard but the first, of which the server made one, and none made yet.
    fn heads(&self, connection: &Connection) -> Result<(), Failure> {
        let first = format!("{}/0", self.authority);
        let mut head = Row::read(connection, "crl_heads", "list = ?1", &[&first])?;
        let Value::Text(names) = head.column("names")?.clone() else {
            return Err(unlike("the names of a CRL"));
        };
        let made = [
            "number",
            "this_update",
            "next_update",
            "through",
            "finality",
            "body",
            "octets",
            "chunks",
            "due_at",
            "published",
        ];
        for column in made {
            head = head.with(column, Value::Null)?;
        }
        let mut heads = head.copies(connection, &["list", "shard", "names"])?;
        for shard in 1..self.size.all().div_ceil(OF_A_SHARD) {
            let list = format!("{}/{shard}", self.authority);
            let names = names.replace("/0.crl", &format!("/{shard}.crl"));
            heads.insert(&[&list, &(shard as i64), &names])?;
        }
        Ok(())
    }

    /// What the server counts of it.
    fn counters(&self, connection: &Connection) -> Result<(), Failure> {
        let all = self.size.all() as i64;
        let raised = connection.execute(
            "UPDATE counters SET used = used + ?2 WHERE (quota, scope) =
                 ('certificates', (SELECT account FROM private_certificates WHERE id = ?1))
             OR (quota, scope) = ('sharded', ?3)",
            params![self.template, all, self.authority],
        )?;
        if raised != 2 {
            return Err(unlike("the counters of certificates"));
        }
        connection.execute(
            "INSERT INTO counters (quota, scope, used)
                 SELECT 'unpublished', list, 1 FROM crl_heads WHERE authority = ?1
             ON CONFLICT (quota, scope) DO UPDATE SET used = used + 1",
            [self.authority],
        )?;
        connection.execute_batch(
            "DELETE FROM certificate_tag_uses;
             INSERT INTO certificate_tag_uses (account, key, value, uses)
                 SELECT account, key, value, count(*) FROM certificate_tags
                 GROUP BY account, key, value",
        )?;
        Ok(())
    }
}

/// Drops the tables' indexes, for they are made faster when all rows are there; how they are made.
fn taken_away(connection: &Connection) -> Result<Vec<String>, Failure> {
    let sql = "SELECT name, sql FROM sqlite_schema
               WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?1";
    let mut made = Vec::new();
    for table in TABLES {
        let mut statement = connection.prepare(sql)?;
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?));
        let indexes = statement.query_map([table], read)?.collect::<Result<Vec<_>, _>>()?;
        drop(statement);
        for (name, sql) in indexes {
            connection.execute_batch(&format!("DROP INDEX {name}"))?;
            made.push(sql);
        }
    }
    Ok(made)
}

/// The bytes of a certificate around its serial number.
struct Bytes {
    before: Vec<u8>,
    length: usize,
    after: Vec<u8>,
}

impl Bytes {
    fn of(certificate: &Row, contents: &Row) -> Result<Self, Failure> {
        let (Value::Text(serial), Value::Blob(der)) =
            (certificate.column("serial")?, contents.column("der")?)
        else {
            return Err(unlike("a certificate's bytes"));
        };
        let length = serial.len() / 2;
        let found = der.windows(length.max(1)).position(|window| hex(window) == *serial);
        let around = found.and_then(|place| {
            let (before, rest) = der.split_at_checked(place)?;
            Some((before, rest.get(length..)?))
        });
        let (before, after) = around.ok_or_else(|| unlike("a certificate's serial number"))?;
        Ok(Self { before: before.to_vec(), length, after: after.to_vec() })
    }

    fn with(&self, serial: &[u8]) -> Vec<u8> {
        [&self.before, serial, &self.after].concat()
    }
}

fn integer(value: &Value) -> Result<u64, Failure> {
    match value {
        Value::Integer(integer) => u64::try_from(*integer).map_err(|_| unlike("a time")),
        _ => Err(unlike("a time")),
    }
}

fn unlike(what: &str) -> Failure {
    let text = format!("{what} is not where it was when this was written");
    Failure::Unintelligible { what: "the server's database", text }
}
