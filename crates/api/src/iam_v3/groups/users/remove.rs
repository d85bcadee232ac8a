//! `DELETE /v3/groups/{group_id}/users/{user_id}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::{Error, own};
use crate::path::Segments;

/// Takes a user out of a group.
#[utoipa::path(
    delete,
    path = "/v3/groups/{group_id}/users/{user_id}",
    operation_id = "remove_user_from_group",
    params(("group_id" = String, Path), ("user_id" = String, Path)),
    responses((status = 204, description = "It is in it no more."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([group_id, user_id]): Segments<2>,
) -> Result<StatusCode, Error> {
    let (iam, group) = own::group(&caller, Action::RemoveUserFromGroup, &group_id).await?;
    let user = own::user_id(&user_id)?;
    iam.remove_member(caller.author(), group, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
