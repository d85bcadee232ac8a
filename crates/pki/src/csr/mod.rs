//! A certification request of the SSL certificate API.

mod create;
mod delete;
mod derive;
mod list;
mod names;
mod private_key;
mod quota;
mod show;
mod subject;
mod update;
mod upload;

pub use create::NewCsr;
pub use list::CsrFilter;
pub use upload::UploadedCsr;

use ledger::{AccountId, CsrId, KeyId, RowId, Table, Timestamp};
use x509::key::KeyAlgorithm;

use crate::company::Company;

/// For whom the certificate will be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Usage {
    /// A company, named in the subject.
    Enterprise,
    /// A person; the subject is the common name alone.
    Personal,
}

/// A certification request, made here or uploaded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Csr {
    /// Its identifier.
    pub id: CsrId,
    /// Whose it is.
    pub account: AccountId,
    /// The user's name for it; need not be unique.
    pub name: String,
    /// The main name, the subject's common name.
    pub domain_name: String,
    /// The further names, as the caller wrote them, or joined with commas when read from an upload.
    pub sans: String,
    /// The kind of its key.
    pub algorithm: KeyAlgorithm,
    /// For whom.
    pub usage: Usage,
    /// The company, as given, filled from the profile, or read from an upload.
    pub company: Company,
    /// The request, PEM with LF line ends.
    pub request: String,
    /// Its private key, where the service has it.
    pub key: Option<KeyId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Csr {
    /// The row of this request.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Csrs, self.id)
    }
}
