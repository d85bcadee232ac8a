//! The policies that a user or group itself has.

use iam::policy::system_policy;
use iam::{Attachment, Iam, Principal, Reach};
use ledger::AccountId;
use serde::Serialize;
use utoipa::ToSchema;

use super::page::{Page, PageInfo};
use super::policies::view::{system_urn, urn};
use crate::iam_v3_0::Error;
use crate::iso_time;

/// The policies of one user or group.
#[derive(Serialize, ToSchema)]
pub(crate) struct Attached {
    #[schema(inline)]
    attached_policies: Vec<AttachedView>,
    #[schema(inline)]
    page_info: PageInfo,
}

#[derive(Serialize, ToSchema)]
struct AttachedView {
    policy_name: String,
    policy_id: String,
    urn: String,
    attached_at: String,
}

/// A page of the policies that are attached to `principal` over this version of the API: roles
/// that version 3 gives in projects or on the account are not among them.
pub(super) async fn attached_to(
    (iam, account): (&Iam, AccountId),
    principal: Principal,
    page: Page,
) -> Result<Attached, Error> {
    let mut all = iam.attachments_to(account, principal).await?;
    all.retain(|attachment| attachment.reach == Reach::Everywhere);
    let (shown, page_info) = page.cut(all, |attachment| attachment.policy.id().to_string());
    let mut attached_policies = Vec::new();
    for attachment in shown {
        match view(iam, account, &attachment).await {
            Ok(view) => attached_policies.push(view),
            // Detached and deleted since the list was read.
            Err(iam::Error::Missing { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Attached { attached_policies, page_info })
}

async fn view(
    iam: &Iam,
    account: AccountId,
    attachment: &Attachment,
) -> Result<AttachedView, iam::Error> {
    let id = attachment.policy.id();
    let (policy_name, urn) = match system_policy(id) {
        Some(system) => (system.name.to_owned(), system_urn(system)),
        None => (iam.custom_policy(account, id).await?.name, urn(account, id)),
    };
    let attached_at = iso_time::microseconds(attachment.created_at);
    Ok(AttachedView { policy_name, policy_id: id.to_string(), urn, attached_at })
}
