//! The enterprise profile of an account: what fills the company fields that a request leaves out.

mod fill;
mod set;

pub use set::profile_record;

use ledger::{AccountId, RowId, Table};

/// A company as certification requests name it. A field that is not there is an empty text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Company {
    /// C, two letters.
    pub country: String,
    /// ST.
    pub province: String,
    /// L.
    pub city: String,
    /// O.
    pub name: String,
}

/// Whether somebody chose the profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProfileOrigin {
    /// The administrator set it.
    Chosen,
    /// `init` set a sample that says so; using it logs a warning.
    Sample,
}

/// The enterprise profile of an account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CompanyProfile {
    /// Whose it is.
    pub account: AccountId,
    /// Its fields.
    pub company: Company,
    /// Who chose it.
    pub origin: ProfileOrigin,
}

impl CompanyProfile {
    /// The row of this profile.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Companies, self.account)
    }
}
