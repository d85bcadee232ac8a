//! `/v3.0/OS-USER/users`: users of the caller's account.

pub(in crate::iam_v3_0) mod create;
pub(in crate::iam_v3_0) mod show;
pub(in crate::iam_v3_0) mod update;
mod view;

use ledger::UserId;

use crate::iam_v3_0::Error;

/// The identifier of a user.
fn user(id: &str) -> Result<UserId, Error> {
    id.parse().map_err(|_| Error::not_found(format!("Could not find user: {id}.")))
}
