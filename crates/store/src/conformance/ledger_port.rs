//! All ports in one, as the cases use them.

use std::sync::Arc;

use ledger::{Changes, CommitError};
use pki::lease::Leases;

/// A store of everything: what the suite judges.
pub trait Ledger: iam::Directory + pki::Store + Leases {}

impl<T: iam::Directory + pki::Store + Leases> Ledger for T {}

/// Commits changes of `iam`.
pub(super) async fn commit_iam(
    ledger: &Arc<dyn Ledger>,
    changes: Changes<iam::Record>,
) -> Result<(), CommitError> {
    iam::Directory::commit(&**ledger, changes).await
}

/// Commits changes of `pki`.
pub(super) async fn commit_pki(
    ledger: &Arc<dyn Ledger>,
    changes: Changes<pki::Record>,
) -> Result<(), CommitError> {
    pki::Store::commit(&**ledger, changes).await
}

/// Whether a commit was refused as a conflict.
pub(super) fn conflicts(fate: &Result<(), CommitError>) -> bool {
    matches!(fate, Err(CommitError::Conflict))
}

/// Whether a commit was refused for its quota.
pub(super) fn reaches_quota(fate: &Result<(), CommitError>) -> bool {
    matches!(fate, Err(CommitError::QuotaReached(_)))
}
