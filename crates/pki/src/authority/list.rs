//! Lists the authorities of an account.

use ledger::AccountId;

use super::{AuthorityView, Kind, Status};
use crate::page::{Listed, Page};
use crate::{Error, Pki};

/// Which authorities are listed. What is not named does not matter.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AuthorityFilter {
    /// A part of the common name; upper and lower case differ, and no character is a wildcard.
    pub name: Option<String>,
    /// The status at the time of reading.
    pub status: Option<Status>,
    /// Root or subordinate.
    pub kind: Option<Kind>,
    /// The enterprise project.
    pub enterprise_project: Option<String>,
}

/// By what a list of authorities is sorted; equal ones by their identifiers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum AuthorityOrder {
    /// By the common name's code points.
    CommonName,
    /// By the time of creation.
    #[default]
    CreationTime,
    /// Roots first, then by the time of creation.
    Kind,
    /// By the end of validity; those without a certificate first.
    NotAfter,
}

/// In which direction a list runs.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    #[default]
    Descending,
}

/// A list of authorities: what is in it and in which order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AuthorityQuery {
    /// What is in it.
    pub filter: AuthorityFilter,
    /// By what it is sorted.
    pub order: AuthorityOrder,
    /// In which direction.
    pub direction: Direction,
}

impl Pki {
    /// A page of the account's Private CA authorities, with the number of all that pass the
    /// filter: both of one moment.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn authorities(
        &self,
        account: AccountId,
        query: &AuthorityQuery,
        page: Page,
    ) -> Result<Listed<AuthorityView>, Error> {
        let now = self.clock.now();
        let listed = self.replica().await.authorities(account, query, page, now).await?;
        self.views(listed, now).await
    }
}
