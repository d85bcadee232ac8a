//! The rows of this crate, as a change set carries them.

use ledger::{RowId, Table};

use crate::agency::Agency;
use crate::authority::Authority;
use crate::certificate::Certificate;
use crate::company::CompanyProfile;
use crate::crl::{Crl, CrlPlace, Head};
use crate::csr::Csr;
use crate::ocsp::Responder;
use crate::workspace::Transaction;
use crate::{KeyRecord, Revocation};

/// A row to insert or replace.
#[derive(Clone, Debug)]
pub enum Record {
    /// An agency. It can only be inserted.
    Agency(Agency),
    /// A certificate authority with its certificate and imported chain, where it has them.
    Authority(Box<Authority>),
    /// A certificate that an authority issued. Its serial numbers are recorded with it, and stay
    /// when it is removed.
    Certificate(Box<Certificate>),
    /// The enterprise profile of an account.
    Company(CompanyProfile),
    /// What the CRLs of an authority are to be.
    Crl(Box<Crl>),
    /// The last CRL of a list. One that names another body than the head before lets go of that one.
    CrlHead(Box<Head>),
    /// A place taken for a CRL. It can only be inserted.
    CrlPlace(CrlPlace),
    /// A certification request.
    Csr(Box<Csr>),
    /// A private key.
    Key(Box<KeyRecord>),
    /// The OCSP responder of an authority. Its serial number is recorded with it, and stays when it is
    /// replaced or removed.
    Responder(Box<Responder>),
    /// A revoked certificate. It can be inserted and removed, not replaced.
    Revocation(Revocation),
    /// A Workspace transaction.
    WorkspaceTransaction(Box<Transaction>),
}

impl Record {
    /// The row that this record is.
    pub fn row(&self) -> RowId {
        match self {
            Self::Agency(agency) => agency.row(),
            Self::Authority(authority) => RowId::new(Table::Authorities, authority.id),
            Self::Certificate(certificate) => certificate.row(),
            Self::Company(company) => RowId::new(Table::Companies, company.account),
            Self::Crl(crl) => crl.row(),
            Self::CrlHead(head) => head.row(),
            Self::CrlPlace(place) => place.row(),
            Self::Csr(csr) => RowId::new(Table::Csrs, csr.id),
            Self::Key(key) => RowId::new(Table::Keys, key.binding.id),
            Self::Responder(responder) => responder.row(),
            Self::Revocation(revocation) => revocation.row(),
            Self::WorkspaceTransaction(transaction) => transaction.row(),
        }
    }
}

impl From<Agency> for Record {
    fn from(agency: Agency) -> Self {
        Self::Agency(agency)
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

impl From<Head> for Record {
    fn from(head: Head) -> Self {
        Self::CrlHead(Box::new(head))
    }
}

impl From<CrlPlace> for Record {
    fn from(place: CrlPlace) -> Self {
        Self::CrlPlace(place)
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

impl From<Responder> for Record {
    fn from(responder: Responder) -> Self {
        Self::Responder(Box::new(responder))
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
