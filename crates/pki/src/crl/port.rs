//! The port to what is stored of CRLs.

use async_trait::async_trait;
use ledger::{AccountId, CaId, CrlBodyId, StoreError, Timestamp, Versioned};
use x509::{EntrySizes, RevokedCertificate};

use super::{Crl, Head, List, Work};

/// What the revocations of a list add up to at one moment.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// The sizes of their entries.
    pub sizes: EntrySizes,
    /// When the last one of them was.
    pub latest: Option<Timestamp>,
    /// The place of the last revocation of all that was recorded: what is recorded later has a greater
    /// one.
    pub through: i64,
    /// What the counter of revocations that wait for the list's next CRL stood at.
    pub unpublished: i64,
}

/// What a list need not tell any more: revocations up to a place, of certificates that ended before a
/// time.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Past {
    /// The place of the last one of them.
    pub through: i64,
    /// When the certificates had ended.
    pub ended_before: Timestamp,
}

/// The revocations of a list at one moment, however many come while they are read.
#[async_trait]
pub trait RevocationSnapshot: Send {
    /// What they add up to.
    fn tally(&self) -> Tally;

    /// The next ones, in an order that is always the same; empty after the last.
    async fn next(&mut self) -> Result<Vec<RevokedCertificate>, StoreError>;
}

/// Reads what CRLs are to be and the last ones made, and keeps their bytes.
///
/// Bytes are kept by a body's identifier, in chunks that are numbered from zero. They belong to nobody
/// until a head that names the body is committed, and may be written in any order before that.
#[async_trait]
pub trait Crls: Send + Sync {
    /// What the CRLs of the authority `id` of this account are to be; `None` where nobody said so.
    /// Another account's is `None`.
    async fn crl(&self, account: AccountId, id: CaId)
    -> Result<Option<Versioned<Crl>>, StoreError>;

    /// The same, of whatever account: for what the server does by itself.
    async fn crl_of_any(&self, id: CaId) -> Result<Option<Versioned<Crl>>, StoreError>;

    /// The head of a list, of whatever account.
    async fn crl_head(&self, list: List) -> Result<Option<Versioned<Head>>, StoreError>;

    /// The heads of all lists of an authority, the complete one first.
    async fn crl_heads(&self, authority: CaId) -> Result<Vec<Versioned<Head>>, StoreError>;

    /// The lists in buckets on which something is due at `now`: at most `limit`. Of each, making comes
    /// before publishing.
    async fn crls_due(&self, now: Timestamp, limit: u32) -> Result<Vec<(List, Work)>, StoreError>;

    /// What a list tells that is not `past`.
    async fn told_by(
        &self,
        list: List,
        past: Past,
    ) -> Result<Box<dyn RevocationSnapshot>, StoreError>;

    /// When the last one of the certificates ends that the authority `issuer` ever issued.
    async fn last_end(&self, issuer: CaId) -> Result<Option<Timestamp>, StoreError>;

    /// Keeps chunks of a body, numbered from `first` on, in a short commit of their own; `at` is when.
    async fn put_crl_chunks(
        &self,
        body: CrlBodyId,
        first: u32,
        chunks: Vec<Vec<u8>>,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// A chunk of a body; `None` where there is none.
    async fn crl_chunk(&self, body: CrlBodyId, number: u32) -> Result<Option<Vec<u8>>, StoreError>;

    /// Removes bodies that no head names and nobody has written or replaced since `idle_since`, in
    /// many short commits.
    async fn forget_crl_bodies(&self, idle_since: Timestamp) -> Result<(), StoreError>;
}
