//! How many certificates an account has and may have.

use ledger::{AccountId, Counter, Quota};

use crate::authority::QuotaUse;
use crate::{Error, Pki};

impl Pki {
    /// How many certificates the account has, whatever their status, and how many it may have.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn certificate_quota(&self, account: AccountId) -> Result<QuotaUse, Error> {
        let counter = Counter::of_account(Quota::Certificates, account);
        let used = self.store.count(&counter).await?;
        let most = self.settings.certificate_quota;
        Ok(QuotaUse { used: u64::try_from(used).unwrap_or(0), most })
    }
}
