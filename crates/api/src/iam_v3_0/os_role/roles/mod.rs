//! `/v3.0/OS-ROLE/roles`: the account's own roles.

pub(in crate::iam_v3_0) mod create;
pub(in crate::iam_v3_0) mod delete;
pub(in crate::iam_v3_0) mod list;
mod order;
pub(in crate::iam_v3_0) mod show;
pub(in crate::iam_v3_0) mod update;

use iam::{CustomPolicy, Iam};
use ledger::{AccountId, PolicyId};

use crate::iam_v3::roles::is_role;
use crate::iam_v3_0::Error;

/// A role of `account`; a policy of version 5.0 is none.
async fn role(iam: &Iam, account: AccountId, role_id: &str) -> Result<CustomPolicy, Error> {
    let missing = || Error::not_found(format!("Could not find role: {role_id}."));
    let id: PolicyId = role_id.parse().map_err(|_| missing())?;
    let policy = iam.custom_policy(account, id).await?;
    if is_role(&policy) { Ok(policy) } else { Err(missing()) }
}
