//! Says what an ordered authority is to be: for create with its `ca_id`, and for activate.

use ledger::CaId;
use pki::authority::{NewAuthority, Plan};

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;

/// Makes the ordered authority `id` what `new` says.
pub(super) async fn fill_order(caller: &Caller, id: CaId, new: NewAuthority) -> Result<(), Error> {
    let pki = caller.may_on_authority(Action::ActivateAuthority, id).await?;
    if let Plan::Subordinate { issuance, .. } = &new.plan {
        // The issuer's key signs: leave for the ordered one alone is not enough.
        caller.may_on_authority(Action::ActivateAuthority, issuance.issuer).await?;
    }
    Ok(pki.fill_order(caller.author(), id, new).await?)
}
