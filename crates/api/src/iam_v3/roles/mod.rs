//! `/v3/roles`: policies of document version 1.1, which version 3 calls roles.

pub(super) mod list;
pub(super) mod show;
pub(crate) mod view;

use iam::policy::system_policy;
use iam::{CustomPolicy, Iam, PolicyKind, Principal, Reach};
use ledger::{AccountId, PolicyId};

use super::Error;
use view::RoleView;

/// The identifier of a role.
pub(super) fn id(id: &str) -> Result<PolicyId, Error> {
    id.parse().map_err(|_| Error::not_found(format!("Could not find role: {id}.")))
}

/// Whether version 3 of the API knows a policy: it shows no documents of version 5.0.
pub(crate) fn is_role(policy: &CustomPolicy) -> bool {
    policy.kind != PolicyKind::Identity
}

/// The roles that a user or group itself has within exactly this reach.
pub(super) async fn of_principal(
    iam: &Iam,
    account: AccountId,
    (principal, reach): (Principal, Reach),
) -> Result<Vec<RoleView>, Error> {
    let mut roles = Vec::new();
    for attachment in iam.attachments_to(account, principal).await? {
        if attachment.reach != reach {
            continue;
        }
        let id = attachment.policy.id();
        match system_policy(id) {
            Some(system) => roles.push(system.into()),
            None => match iam.custom_policy(account, id).await {
                Ok(custom) => roles.push(custom.into()),
                // Detached and deleted since the list was read.
                Err(iam::Error::Missing { .. }) => {}
                Err(error) => return Err(error.into()),
            },
        }
    }
    Ok(roles)
}
