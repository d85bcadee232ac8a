//! Whose users, groups, accounts and projects a path names.

use iam::Iam;
use ledger::{GroupId, ProjectId, UserId};

use super::Error;
use crate::action::Action;
use crate::caller::Caller;

/// The operations and the user `id`, if the caller may do `action` to it.
pub(super) async fn user<'a>(
    caller: &'a Caller,
    action: Action,
    id: &str,
) -> Result<(&'a Iam, UserId), Error> {
    let iam = caller.may_manage_one(action, id).await?;
    Ok((iam, user_id(id)?))
}

/// The operations and the group `id`, if the caller may do `action` to it.
pub(super) async fn group<'a>(
    caller: &'a Caller,
    action: Action,
    id: &str,
) -> Result<(&'a Iam, GroupId), Error> {
    let iam = caller.may_manage_one(action, id).await?;
    Ok((iam, group_id(id)?))
}

/// The identifier of a group.
pub(super) fn group_id(id: &str) -> Result<GroupId, Error> {
    id.parse().map_err(|_| Error::not_found(format!("Could not find group: {id}.")))
}

/// The identifier of a user.
pub(super) fn user_id(id: &str) -> Result<UserId, Error> {
    id.parse().map_err(|_| Error::not_found(format!("Could not find user: {id}.")))
}

/// Refuses an account that is not the caller's.
pub(super) fn check_domain(caller: &Caller, id: &str) -> Result<(), Error> {
    if id == caller.account().to_string() {
        return Ok(());
    }
    Err(Error::not_found(format!("Could not find domain: {id}.")))
}

/// The identifier of a project of the caller's account.
pub(super) async fn project(caller: &Caller, id: &str) -> Result<ProjectId, Error> {
    let missing = || Error::not_found(format!("Could not find project: {id}."));
    let project = id.parse().map_err(|_| missing())?;
    let found = caller.identity().directory().project(project).await;
    found
        .map_err(|error| iam::Error::Internal(Box::new(error)))?
        .filter(|found| found.value.account == caller.account())
        .map(|found| found.value.id)
        .ok_or_else(missing)
}
