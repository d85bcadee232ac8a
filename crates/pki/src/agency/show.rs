//! Whether an account has an agency, and the buckets that it opens.

use ledger::{AccountId, Timestamp};

use super::Agency;
use crate::{Error, Pki};

/// A bucket that an account can publish in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AccountBucket {
    /// Its name.
    pub name: String,
    /// Since when the account can.
    pub since: Timestamp,
}

impl Pki {
    /// The agency of an account.
    pub async fn agency(&self, account: AccountId) -> Result<Option<Agency>, Error> {
        Ok(self.store.agency(account).await?)
    }

    /// The buckets of an account, by name.
    ///
    /// # Errors
    ///
    /// `AgencyMissing`.
    pub async fn buckets(&self, account: AccountId) -> Result<Vec<AccountBucket>, Error> {
        let agency = self.needed_agency(account).await?;
        let names = self.buckets.names(account);
        let since = agency.created_at;
        Ok(names.into_iter().map(|name| AccountBucket { name, since }).collect())
    }

    /// The agency of an account.
    ///
    /// # Errors
    ///
    /// `AgencyMissing`.
    pub(crate) async fn needed_agency(&self, account: AccountId) -> Result<Agency, Error> {
        self.agency(account).await?.ok_or(Error::AgencyMissing)
    }
}
