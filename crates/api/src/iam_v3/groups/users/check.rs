//! `HEAD /v3/groups/{group_id}/users/{user_id}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::{Error, own};
use crate::path::Segments;

/// Whether a user is in a group.
#[utoipa::path(
    head,
    path = "/v3/groups/{group_id}/users/{user_id}",
    operation_id = "check_user_in_group",
    params(("group_id" = String, Path), ("user_id" = String, Path)),
    responses((status = 204, description = "It is in it."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([group_id, user_id]): Segments<2>,
) -> Result<StatusCode, Error> {
    let (iam, group) = own::group(&caller, Action::ShowGroup, &group_id).await?;
    let user = own::user_id(&user_id)?;
    if !iam.is_member(caller.account(), group, user).await? {
        return Err(Error::not_found(format!("Could not find user in group: {user_id}.")));
    }
    Ok(StatusCode::NO_CONTENT)
}
