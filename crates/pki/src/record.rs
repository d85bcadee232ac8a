//! The rows of this crate, as a change set carries them.

use ledger::{RowId, Table};

use crate::authority::Authority;
use crate::certificate::Certificate;
use crate::company::CompanyProfile;
use crate::crl::Crl;
use crate::csr::Csr;
use crate::workspace::Transaction;
use crate::{KeyRecord, Revocation};

/// A row to insert or replace.
#[derive(Clone, Debug)]
pub enum Record {
    /// A certificate authority with its certificate and imported chain, where it has them.
    Authority(Box<Authority>),
    /// A certificate that an authority issued. Its serial numbers are recorded with it, and stay
    /// when it is removed.
    Certificate(Box<Certificate>),
    /// The enterprise profile of an account.
    Company(CompanyProfile),
    /// The CRL of an authority.
    Crl(Box<Crl>),
    /// A certification request.
    Csr(Box<Csr>),
    /// A private key.
    Key(Box<KeyRecord>),
    /// A revoked certificate. It can be inserted and removed, not replaced.
    Revocation(Revocation),
    /// A Workspace transaction.
    WorkspaceTransaction(Box<Transaction>),
}

impl Record {
    /// The row that this record is.
    pub fn row(&self) -> RowId {
        match self {
            Self::Authority(authority) => RowId::new(Table::Authorities, authority.id),
            Self::Certificate(certificate) => certificate.row(),
            Self::Company(company) => RowId::new(Table::Companies, company.account),
            Self::Crl(crl) => crl.row(),
            Self::Csr(csr) => RowId::new(Table::Csrs, csr.id),
            Self::Key(key) => RowId::new(Table::Keys, key.binding.id),
            Self::Revocation(revocation) => revocation.row(),
            Self::WorkspaceTransaction(transaction) => transaction.row(),
        }
    }
}

impl From<Authority> for Record {
    fn from(authority: Authority) -> Self {
        Self::Authority(Box::new(authority))
    }
}

impl From<Certificate> for Record {
    fn from(certificate: Certificate) -> Self {
        Self::Certificate(Box::new(certificate))
    }
}

impl From<CompanyProfile> for Record {
    fn from(company: CompanyProfile) -> Self {
        Self::Company(company)
    }
}

impl From<Crl> for Record {
    fn from(crl: Crl) -> Self {
        Self::Crl(Box::new(crl))
    }
}

impl From<Csr> for Record {
    fn from(csr: Csr) -> Self {
        Self::Csr(Box::new(csr))
    }
}

impl From<KeyRecord> for Record {
    fn from(key: KeyRecord) -> Self {
        Self::Key(Box::new(key))
    }
}

impl From<Revocation> for Record {
    fn from(revocation: Revocation) -> Self {
        Self::Revocation(revocation)
    }
}

impl From<Transaction> for Record {
    fn from(transaction: Transaction) -> Self {
        Self::WorkspaceTransaction(Box::new(transaction))
    }
}
