//! Says what an ordered authority is to be: for create with its `ca_id`, and for activate.

use iam::policy::Target;
use ledger::CaId;
use pki::authority::{NewAuthority, Plan};

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;

/// The enterprise project that requests have without naming one; an order's stays then.
const DEFAULT: &str = "0";

/// Makes the ordered authority `id` what `new` says.
pub(super) async fn fill_order(caller: &Caller, id: CaId, new: NewAuthority) -> Result<(), Error> {
    let pki = caller.may_on_authority(Action::ActivateAuthority, id).await?;
    if new.enterprise_project != DEFAULT {
        // It is moved there: leave for where the order was placed is not enough.
        let enterprise_project = Some(new.enterprise_project.clone());
        let target = Target { enterprise_project, ..Target::one(id) };
        caller.may_with(Action::ActivateAuthority, &target).await?;
    }
    if let Plan::Subordinate { issuance, .. } = &new.plan {
        // The issuer's key signs: leave for the ordered one alone is not enough.
        caller.may_on_authority(Action::ActivateAuthority, issuance.issuer).await?;
    }
    Ok(pki.fill_order(caller.author(), id, new).await?)
}
