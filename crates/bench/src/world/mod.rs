//! An installation with an authority that revoked very many certificates, and its server.

mod fill;
mod identifiers;
mod row;

pub(crate) use fill::VALUES;
pub(crate) use identifiers::{hex, identifier, serial};

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use hyper::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::call::Call;
use crate::client::{Target, once};
use crate::failure::Failure;
use crate::requests::{create_authority, new_csr, sign_in};
use crate::server::{Installation, Pool, Server};
use fill::Filling;

const AUTHORITIES: &str = "/v1/private-certificate-authorities";
const CERTIFICATES: &str = "/v1/private-certificates";
/// The bucket that every installation has.
const BUCKET: &str = "cinnabar-crl";

/// What is filled into an installation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// How many certificates are revoked.
    pub(crate) revoked: usize,
    /// How many others wait to be.
    pub(crate) waiting: usize,
}

/// What the figures of revocation and of search share.
pub(crate) struct World {
    /// Its server.
    pub(crate) server: Server,
    /// A signed-in caller.
    pub(crate) token: String,
    /// The authority.
    pub(crate) authority: String,
    /// The database's file.
    pub(crate) database: PathBuf,
    /// Serial numbers of revoked certificates, as DER has them.
    pub(crate) revoked: Vec<Vec<u8>>,
    waiting: Vec<String>,
    next: AtomicUsize,
}

impl Size {
    /// How many there are.
    fn all(self) -> usize {
        self.revoked + self.waiting
    }
}

impl World {
    /// Makes one in the new directory `place`: everything that needs a signature is made through the
    /// API; then the server stops, copies of one certificate and its revocation are filled in, and it
    /// starts again.
    ///
    /// # Errors
    ///
    /// A request is refused, or the database is not as it was when this was written.
    pub(crate) fn create(cinnabar: &Path, place: PathBuf, size: Size) -> Result<Self, Failure> {
        let began = Instant::now();
        let installation = Installation::create(cinnabar, place)?;
        let server = Server::start(&installation, Pool::Off)?;
        let token = sign_in(&server.target, &installation.credentials)?;
        let authority = founded(&server.target, &token)?;
        installation.run(&["crl", "shards", &authority, "on"])?;
        let template = issued(&server.target, &token, &authority)?;
        server.stop()?;
        let database = installation.database();
        let filling = Filling { authority: &authority, template: &template, size };
        let filled = filling.fill(&Connection::open(&database)?)?;
        let server = Server::start(&installation, Pool::Off)?;
        let Size { revoked, waiting } = size;
        eprintln!(
            "filled in: {revoked} revoked certificates and {waiting} others, copies of one that \
             was issued, each with its own serial number and no signature of its own, in {:.1} s",
            began.elapsed().as_secs_f64()
        );
        Ok(Self {
            server,
            token,
            authority,
            database,
            revoked: filled.revoked,
            waiting: filled.waiting,
            next: AtomicUsize::new(0),
        })
    }

    /// Revokes one that was not revoked before.
    ///
    /// # Errors
    ///
    /// All are revoked.
    pub(crate) fn next_revocation(&self) -> Result<Call, Failure> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let id = self.waiting.get(next).ok_or(Failure::Exhausted("certificates to revoke"))?;
        let path = format!("{CERTIFICATES}/{id}/revoke");
        Ok(self
            .signed(Call::post(path, StatusCode::NO_CONTENT), &json!({ "reason": "SUPERSEDED" })))
    }

    /// A page of the certificates with this tag; `None` asks for the key alone.
    pub(crate) fn search(&self, tag: Option<usize>, offset: usize) -> Call {
        let values: Vec<_> = tag.into_iter().map(fill::tag_value).collect();
        let path = format!("{CERTIFICATES}/resource-instances/filter");
        let tags = json!([{ "key": fill::TAG_KEY, "values": values }]);
        let body = json!({ "tags": tags, "limit": 50, "offset": offset });
        self.signed(Call::post(path, StatusCode::OK), &body)
    }

    /// The authority's certificate, DER.
    ///
    /// # Errors
    ///
    /// SQLite's own.
    pub(crate) fn certificate(&self) -> Result<Vec<u8>, Failure> {
        let sql = "SELECT der FROM certificates WHERE authority = ?1";
        Ok(self.reader()?.query_row(sql, [&self.authority], |row| row.get(0))?)
    }

    /// A connection to the database beside the server's.
    ///
    /// # Errors
    ///
    /// SQLite's own.
    pub(crate) fn reader(&self) -> Result<Connection, Failure> {
        Ok(Connection::open(&self.database)?)
    }

    fn signed(&self, call: Call, body: &Value) -> Call {
        call.with_token(&self.token).with_json(body)
    }
}

/// A root that publishes CRLs and answers OCSP requests; its identifier.
fn founded(target: &Target, token: &str) -> Result<String, Failure> {
    let agency = Call::post(format!("{AUTHORITIES}/agencies"), StatusCode::OK).with_token(token);
    once(target, &agency)?;
    let mut body = crate::requests::authority("revoking", "ROOT");
    body["crl_configuration"] =
        json!({ "enabled": true, "obs_bucket_name": BUCKET, "valid_days": 7 });
    let authority = create_authority(target, token, &body)?;
    let switch =
        Call::post(format!("{AUTHORITIES}/{authority}/ocsp/switch"), StatusCode::NO_CONTENT);
    once(target, &switch.with_token(token).with_json(&json!({ "ocsp_switch": true })))?;
    Ok(authority)
}

/// A certificate with a tag that was revoked; its identifier.
fn issued(target: &Target, token: &str, authority: &str) -> Result<String, Failure> {
    let body = json!({
        "issuer_id": authority,
        "csr": new_csr()?,
        "validity": { "type": "MONTH", "value": 6 },
    });
    let create = Call::post(format!("{CERTIFICATES}/csr"), StatusCode::OK);
    let answer = once(target, &create.with_token(token).with_json(&body))?;
    let value: Value = serde_json::from_slice(&answer.body).map_err(Failure::Json)?;
    let id = value.get("certificate_id").and_then(Value::as_str).map(str::to_owned).ok_or_else(
        || Failure::Unintelligible { what: "the certificate's creation", text: value.to_string() },
    )?;
    let tags = json!({ "tags": [{ "key": fill::TAG_KEY, "value": fill::tag_value(0) }] });
    for (rest, body) in [("tags/create", tags), ("revoke", json!({ "reason": "KEY_COMPROMISE" }))] {
        let call = Call::post(format!("{CERTIFICATES}/{id}/{rest}"), StatusCode::NO_CONTENT);
        once(target, &call.with_token(token).with_json(&body))?;
    }
    Ok(id)
}
