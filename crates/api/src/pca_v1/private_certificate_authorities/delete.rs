//! `DELETE /v1/private-certificate-authorities/{ca_id}`

use axum::http::{StatusCode, Uri};
use pki::authority::PendingDays;

use crate::action::Action;
use crate::caller::Caller;
use crate::parameter::BadParameter;
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::query::Query;
use crate::schema::Id;

/// Deletes a pending or revoked authority at once, a disabled or expired one after some days.
#[utoipa::path(
    delete,
    path = "/v1/private-certificate-authorities/{ca_id}",
    operation_id = "delete_authority",
    params(
        ("ca_id" = inline(Id), Path),
        (
            "pending_days" = Option<u32>, Query, minimum = 7, maximum = 30,
            description = "For how many days it can be restored; by default 30. One that is \
                           pending or revoked is deleted at once, whatever it says."
        ),
    ),
    responses((status = 204, description = "It is deleted, or will be."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    uri: Uri,
) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let pending_days = pending_days(&uri)?;
    let pki = caller.may_on_authority(Action::DeleteAuthority, id).await?;
    pki.delete_authority(caller.author(), id, pending_days).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn pending_days(uri: &Uri) -> Result<PendingDays, Error> {
    const NAME: &str = "pending_days";
    // At most two digits, as the API has it: `007` is not a number of days.
    let query = Query::of(uri)?;
    if query.text(NAME).is_some_and(|text| text.len() > 2) {
        let problem = "it must be a whole number from 7 to 30";
        return Err(BadParameter::new(NAME, problem).into());
    }
    let Some(days) = query.number(NAME, 7..=30)? else { return Ok(PendingDays::default()) };
    Ok(PendingDays::new(days)?)
}
