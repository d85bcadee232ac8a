//! Finding the policy that a path names.

use iam::policy::{SystemPolicy, system_policy};
use iam::{CustomPolicy, Iam, PolicyKind};
use ledger::{AccountId, PolicyId};

use crate::iam_v3_0::Error;
use crate::iam_v5::id;

/// A policy that this version of the API shows: roles of version 3 are none.
pub(super) enum Found {
    /// The account's own.
    Custom(CustomPolicy),
    /// One that every account has.
    System(&'static SystemPolicy),
}

impl Found {
    /// Its identifier.
    pub(super) fn id(&self) -> PolicyId {
        match self {
            Self::Custom(policy) => policy.id,
            Self::System(policy) => policy.id,
        }
    }
}

/// The policy of this identifier, of `account` or of the system.
pub(super) async fn policy(iam: &Iam, account: AccountId, id: &str) -> Result<Found, Error> {
    match system_policy(id::policy(id)?) {
        Some(system) => Ok(Found::System(system)),
        None => custom_policy(iam, account, id).await.map(Found::Custom),
    }
}

/// The policy of this identifier that is `account`'s own.
pub(super) async fn custom_policy(
    iam: &Iam,
    account: AccountId,
    id: &str,
) -> Result<CustomPolicy, Error> {
    let policy = iam.custom_policy(account, id::policy(id)?).await?;
    match policy.kind {
        PolicyKind::Identity => Ok(policy),
        PolicyKind::AccountRole | PolicyKind::ProjectRole => {
            Err(Error::not_found(format!("policy {id} does not exist")))
        }
    }
}
