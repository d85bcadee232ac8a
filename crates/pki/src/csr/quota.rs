//! Counts the certification requests of an account.

use ledger::{AccountId, Changes, Counter, Quota};

use crate::{Pki, Record};

impl Pki {
    /// Counts one more request of the account, within its quota.
    pub(super) fn counted(&self, changes: Changes<Record>, account: AccountId) -> Changes<Record> {
        let counter = Counter::of_account(Quota::Csrs, account);
        changes.add(counter, 1, self.settings.csr_quota.map(i64::from))
    }
}
