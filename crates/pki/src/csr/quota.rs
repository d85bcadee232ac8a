//! Counts the certification requests of an account.

use ledger::{AccountId, Changes, Counter, Quota};

use crate::{Error, Pki, Record};

impl Pki {
    /// Counts one more request of the account, within its quota.
    pub(super) fn counted(&self, changes: Changes<Record>, account: AccountId) -> Changes<Record> {
        changes.add(counter(account), 1, self.csr_quota())
    }

    /// Counts one request of the account less.
    pub(super) fn discounted(changes: Changes<Record>, account: AccountId) -> Changes<Record> {
        changes.add(counter(account), -1, None)
    }

    /// Refuses an account that has all its requests, before a key is made for one more.
    pub(super) async fn check_csr_quota(&self, account: AccountId) -> Result<(), Error> {
        self.check_room(&counter(account), self.csr_quota()).await
    }

    fn csr_quota(&self) -> Option<i64> {
        self.settings.csr_quota.map(i64::from)
    }
}

fn counter(account: AccountId) -> Counter {
    Counter::of_account(Quota::Csrs, account)
}
