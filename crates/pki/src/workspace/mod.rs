//! Workspace authorities, and the transactions of those that wait for their certificate.

mod create;
mod crl;
mod delete;
mod expiry;
mod export;
mod import;
mod list;
mod request;
mod set_status;
mod show;

pub use create::NewWorkspaceAuthority;
pub(crate) use expiry::PROJECT_AUTHORITIES;
pub use export::WorkspaceExport;
pub use import::WorkspaceImport;
pub use request::WorkspaceRequest;
pub use set_status::WorkspaceSwitch;
pub use show::{WorkspaceAuthority, WorkspaceStatus};

use std::fmt;
use std::str::FromStr;

use ledger::{AccountId, CaId, KeyId, ProjectId, RowId, Table, Timestamp};
use x509::key::{HashAlgorithm, KeyAlgorithm};

use crate::DistinguishedName;

/// The caller's key for a transaction: 1 to 64 of `A-Z a-z 0-9 . _ -`.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct TransactionId(String);

/// The text is not a transaction id.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a transaction id is 1 to 64 letters, digits, dots, underscores or hyphens")]
pub struct TransactionIdError;

impl FromStr for TransactionId {
    type Err = TransactionIdError;

    fn from_str(text: &str) -> Result<Self, TransactionIdError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if (1..=64).contains(&text.len()) && text.chars().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(TransactionIdError)
        }
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TransactionState {
    /// Its certificate was imported and made this authority.
    Consumed(CaId),
    /// It waits for its certificate.
    Pending,
}

/// A Workspace transaction.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// The caller's key for it, unique in the project.
    pub id: TransactionId,
    /// The project.
    pub project: ProjectId,
    /// The project's account.
    pub account: AccountId,
    /// The subject that was asked for.
    pub distinguished_name: DistinguishedName,
    /// The kind of its key.
    pub key_algorithm: KeyAlgorithm,
    /// The hash of the request's signature.
    pub hash: HashAlgorithm,
    /// Its key.
    pub key: KeyId,
    /// The certification request, DER.
    pub request: Vec<u8>,
    /// When it was created.
    pub created_at: Timestamp,
    /// What became of it.
    pub state: TransactionState,
}

impl Transaction {
    /// The row of this transaction.
    pub fn row(&self) -> RowId {
        RowId::new(Table::WorkspaceTransactions, self.object())
    }

    /// How audit events name it: the transaction with its project.
    pub(crate) fn object(&self) -> String {
        format!("{}/{}", self.project, self.id)
    }
}
