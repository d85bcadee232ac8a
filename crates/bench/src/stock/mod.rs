//! What a load works on: an authority, requests made beforehand, and certificates to ask about.

mod csrs;
mod issuer;
mod known;
mod order;

pub(crate) use csrs::{named_csr, new_csrs};
pub(crate) use issuer::Issuer;
pub(crate) use known::{Known, certificate_id, certificate_of, founded};
pub(crate) use order::{Listener, Order};

use std::collections::VecDeque;
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use serde_json::json;

use crate::client::Target;
use crate::failure::Failure;
use crate::generator::{Mix, Operation};
use crate::requests::create_authority;

/// How many certificates are kept to be revoked; those issued beyond are not.
const REVOCABLE: usize = 500_000;
/// However long the load, no more requests than this are made beforehand, about 100 MB. Then the first
/// comes again: so late that nothing remembers it.
const MOST_CSRS: usize = 100_000;

/// What a load works on.
pub(crate) struct Stock {
    token: String,
    authority: String,
    by_csr: Vec<Bytes>,
    with_key: Bytes,
    known: Known,
    revocable: Mutex<VecDeque<String>>,
    turn: AtomicUsize,
}

/// What a stock shall be fit for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// The operations.
    pub(crate) mix: Mix,
    /// The authority's key.
    pub(crate) issuer: Issuer,
    /// How many certification requests are expected to be used.
    pub(crate) csrs: usize,
}

impl Stock {
    /// Makes an authority at `target`, a signed-in caller's, and what the mix needs of it.
    ///
    /// # Errors
    ///
    /// A request is refused.
    pub(crate) fn create(target: &Target, token: &str, wanted: &Wanted) -> Result<Self, Failure> {
        let authority = if wanted.mix.includes(Operation::Ocsp) {
            known::founded_with(target, token, wanted.issuer)?
        } else {
            create_authority(target, token, &wanted.issuer.body())?
        };
        let mut stock = Self::of(token, authority, wanted)?;
        if [Operation::Show, Operation::Export, Operation::Ocsp, Operation::Revoke]
            .into_iter()
            .any(|operation| wanted.mix.includes(operation))
        {
            stock.known = known::issued(target, token, &stock)?;
        }
        Ok(stock)
    }

    /// With this authority, and no certificates to ask about.
    ///
    /// # Errors
    ///
    /// The certification requests cannot be made.
    pub(crate) fn of(token: &str, authority: String, wanted: &Wanted) -> Result<Self, Failure> {
        let csrs = wanted.csrs.clamp(1, MOST_CSRS);
        let by_csr = new_csrs(csrs, wanted.issuer.holders_algorithm())?
            .into_iter()
            .map(|csr| by_csr(&authority, &csr))
            .collect();
        let with_key = Bytes::from(wanted.issuer.body_with_key(&authority).to_string());
        Ok(Self {
            token: token.to_owned(),
            authority,
            by_csr,
            with_key,
            known: Known::default(),
            revocable: Mutex::default(),
            turn: AtomicUsize::new(0),
        })
    }

    /// The same, with these certificates to ask about, and these to revoke.
    pub(crate) fn knowing(mut self, known: Known, revocable: Vec<String>) -> Self {
        self.known = known;
        self.revocable = Mutex::new(revocable.into());
        self
    }

    /// The bodies that issue by certification request.
    pub(crate) fn csr_bodies(&self) -> &[Bytes] {
        &self.by_csr
    }

    /// A body that issues in this way.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(crate) fn body(&self, operation: Operation) -> Result<Bytes, Failure> {
        match operation {
            Operation::IssueKey => Ok(self.with_key.clone()),
            _ => self.by_csr.last().cloned().ok_or(Failure::Exhausted("certification requests")),
        }
    }

    /// The authority.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// Notes what an answer says: a new certificate can be revoked later.
    pub(crate) fn answered(&self, operation: Operation, body: &[u8]) {
        if !matches!(operation, Operation::Issue | Operation::IssueKey) {
            return;
        }
        let mut revocable = self.revocable.lock().unwrap_or_else(PoisonError::into_inner);
        if revocable.len() < REVOCABLE
            && let Some(id) = known::certificate_id(body)
        {
            revocable.push_back(id.to_owned());
        }
    }
}

/// The body that issues by this request.
pub(crate) fn by_csr(authority: &str, csr: &str) -> Bytes {
    let validity = json!({ "type": "DAY", "value": 90 });
    let body = json!({ "issuer_id": authority, "csr": csr, "validity": validity });
    Bytes::from(body.to_string())
}
