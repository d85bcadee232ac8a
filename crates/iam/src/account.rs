//! The account: who owns everything else. The identity API calls it a domain.

use ledger::{AccountId, RowId, Table, Timestamp};

use crate::State;

/// An account ("domain" in the words of the identity API).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// Its identifier, sent as `X-Domain-Id`.
    pub id: AccountId,
    /// Its name, unique among all accounts.
    pub name: String,
    /// Whether its users may sign in.
    pub state: State,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Account {
    /// The row that keeps it.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Accounts, self.id)
    }
}
