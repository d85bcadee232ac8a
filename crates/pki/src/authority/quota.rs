//! How many authorities an account has and may have.

use ledger::{AccountId, Counter, Quota};

use crate::{Error, Pki};

/// How much of a quota is used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct QuotaUse {
    /// How many there are.
    pub used: u64,
    /// How many there may be; `None` is no bound.
    pub most: Option<u32>,
}

impl Pki {
    /// How many authorities the account has, those to be deleted counted and those that are gone
    /// not, and how many it may have.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn authority_quota(&self, account: AccountId) -> Result<QuotaUse, Error> {
        let used = self.store.authorities_in_use(account, self.clock.now()).await?;
        Ok(QuotaUse { used, most: self.settings.authority_quota })
    }

    /// Refuses one more authority than the account may have. Those that are gone are destroyed
    /// before somebody is refused because of them.
    pub(super) async fn check_authority_room(&self, account: AccountId) -> Result<(), Error> {
        let counter = Counter::of_account(Quota::Authorities, account);
        let at_most = self.settings.authority_quota.map(i64::from);
        match self.check_room(&counter, at_most).await {
            Err(Error::QuotaReached { .. }) => {
                self.destroy_due_authorities_of(account).await?;
                self.check_room(&counter, at_most).await
            }
            other => other,
        }
    }
}
