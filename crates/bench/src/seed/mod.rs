//! Fills a database with copies of one certificate: millions in minutes.
//!
//! Each copy has its own identifier, serial number, name, tag, dates and audit event, and the bytes of
//! the certificate with all of that in them. Its signature is the authority's own, or, which is faster,
//! that of the certificate that was copied: it then reads as a certificate and does not verify.

mod cell;
mod made;
mod patch;
mod postgres;
mod signer;
mod sqlite;
mod template;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::call::Call;
use crate::client::{Target, once};
use crate::failure::Failure;
use crate::requests::sign_in;
use crate::server::{Installation, Pool, Server};
use crate::stock::{by_csr, founded, named_csr};
pub(crate) use cell::Cell;
use made::{Copies, Made, NAME};
pub(crate) use postgres::Cluster;
use signer::Signer;
use sqlite::File;
pub(crate) use template::Row;
use template::Template;

const CERTIFICATES: &str = "/v1/private-certificates";

/// Whether copies verify.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signatures {
    /// That of the certificate that was copied: quick, and wrong for the copy.
    Copied,
    /// Each is signed by the authority.
    Own,
}

/// What was filled in.
#[derive(Clone, Debug)]
pub(crate) struct Seeded {
    /// The authority.
    pub(crate) authority: String,
    /// Some copies: identifier and serial number, spread over all.
    pub(crate) some: Vec<(String, Vec<u8>)>,
    /// How many there are.
    pub(crate) count: u64,
    /// How long it took.
    pub(crate) took: Duration,
}

/// How many copies are told about.
const TOLD: u64 = 100_000;

/// The database of a stopped server, or of one that runs, to be read.
pub(crate) enum Ledger {
    /// SQLite's.
    File(File),
    /// PostgreSQL.
    Cluster(Cluster),
}

/// Fills copies of a new authority's certificate into an installation whose servers are stopped; what
/// is copied is issued through the API of one that is started for it.
///
/// # Errors
///
/// A request is refused, or the database is not as it was when this was written.
pub(crate) fn fill(
    installation: &Installation,
    count: u64,
    signatures: Signatures,
) -> Result<Seeded, Failure> {
    let server = Server::start(installation, Pool::Off)?;
    let token = sign_in(&server.target, &installation.credentials)?;
    let authority = founded(&server.target, &token)?;
    let id = issued(&server.target, &token, &authority)?;
    server.stop()?;

    let began = Instant::now();
    let mut ledger = Ledger::open(installation)?;
    let template = Template::read(&id, &authority, |sql| {
        let mut rows = ledger.rows(sql)?;
        rows.pop().ok_or_else(|| template::unlike("a row"))
    })?;
    let signer = match signatures {
        Signatures::Copied => None,
        Signatures::Own => {
            let master = installation.data_directory().join("master.key");
            Some(Signer::open(&master, (&authority, &template.der), |sql| ledger.rows(sql))?)
        }
    };
    // Numbers go on where an earlier seeding ended: names and identifiers do not come twice.
    let first = ledger.rows("SELECT count(*) AS count FROM private_certificates")?;
    let first = first.first().map(|row| row.integer("count")).transpose()?.unwrap_or_default();
    let first = u64::try_from(first).unwrap_or_default();
    let copies = Copies::of(&template, signer.as_ref(), (first, count))?;
    let mut some = Vec::new();
    let every = count.div_ceil(TOLD).max(1);
    let mut number = 0;
    let after = counters(&template.account, count);
    ledger.fill(&template, &after, |take| {
        copies.make(|batch| {
            for made in &batch {
                if number % every == 0 {
                    some.extend(identity(made));
                }
                number += 1;
            }
            take(batch)
        })
    })?;
    Ok(Seeded { authority, some, count, took: began.elapsed() })
}

impl Ledger {
    /// Opens an installation's.
    ///
    /// # Errors
    ///
    /// The database's own.
    pub(crate) fn open(installation: &Installation) -> Result<Self, Failure> {
        Ok(match installation.database_url() {
            Some(url) => Self::Cluster(Cluster::open(url)?),
            None => Self::File(File::open(&installation.database())?),
        })
    }

    /// What SQL finds.
    ///
    /// # Errors
    ///
    /// The database's own.
    pub(crate) fn rows(&self, sql: &str) -> Result<Vec<Row>, Failure> {
        match self {
            Self::File(file) => file.rows(sql),
            Self::Cluster(cluster) => cluster.rows(sql),
        }
    }

    fn fill(
        &mut self,
        template: &Template,
        after: &[String],
        make: impl FnOnce(&mut dyn FnMut(Vec<Made>) -> Result<(), Failure>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self {
            Self::File(file) => file.fill(template, after, make),
            Self::Cluster(cluster) => cluster.fill(template, after, make),
        }
    }
}

/// What the server counts of it.
fn counters(account: &str, count: u64) -> Vec<String> {
    vec![
        format!(
            "UPDATE counters SET used = used + {count}
             WHERE quota = 'certificates' AND scope = '{account}'"
        ),
        "DELETE FROM certificate_tag_uses".to_owned(),
        "INSERT INTO certificate_tag_uses (account, key, value, uses)
             SELECT account, key, value, count(*) FROM certificate_tags
             GROUP BY account, key, value"
            .to_owned(),
    ]
}

/// The identifier and the serial number of a copy.
fn identity(made: &Made) -> Option<(String, Vec<u8>)> {
    let [certificate, ..] = made;
    let [cell::Cell::Text(id), _, cell::Cell::Text(serial), ..] = certificate.as_slice() else {
        return None;
    };
    let octets = (0..serial.len() / 2)
        .map(|n| u8::from_str_radix(serial.get(2 * n..2 * n + 2)?, 16).ok())
        .collect::<Option<_>>()?;
    Some((id.clone(), octets))
}

/// A certificate with a tag, for a year.
fn issued(target: &Target, token: &str, authority: &str) -> Result<String, Failure> {
    let mut body: Value =
        serde_json::from_slice(&by_csr(authority, &named_csr(NAME)?)).map_err(Failure::Json)?;
    body["validity"] = json!({ "type": "YEAR", "value": 1 });
    let create = Call::post(format!("{CERTIFICATES}/csr"), StatusCode::OK);
    let answer = once(target, &create.with_token(token).with_json(&body))?;
    let value: Value = serde_json::from_slice(&answer.body).map_err(Failure::Json)?;
    let id = value.get("certificate_id").and_then(Value::as_str).map(str::to_owned).ok_or_else(
        || Failure::Unintelligible { what: "the certificate's creation", text: value.to_string() },
    )?;
    let call = Call::post(format!("{CERTIFICATES}/{id}/tags/create"), StatusCode::NO_CONTENT);
    let tags = json!({ "tags": [{ "key": "team", "value": "t0000" }] });
    once(target, &call.with_token(token).with_json(&tags))?;
    Ok(id)
}

/// Where a seeded installation is made and how many certificates it shall have.
pub(crate) fn into_new(
    cinnabar: &Path,
    place: PathBuf,
    (count, signatures): (u64, Signatures),
    setup: crate::site::Setup,
) -> Result<(Installation, Seeded), Failure> {
    let installation = Installation::create_with(cinnabar, place, setup)?;
    let seeded = fill(&installation, count, signatures)?;
    Ok((installation, seeded))
}
