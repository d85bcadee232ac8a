//! `PUT /v3/groups/{group_id}/users/{user_id}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::{Error, own};
use crate::path::Segments;

/// Puts a user into a group.
#[utoipa::path(
    put,
    path = "/v3/groups/{group_id}/users/{user_id}",
    operation_id = "add_user_to_group",
    params(("group_id" = String, Path), ("user_id" = String, Path)),
    responses((status = 204, description = "It is in it."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([group_id, user_id]): Segments<2>,
) -> Result<StatusCode, Error> {
    let (iam, group) = own::group(&caller, Action::AddUserToGroup, &group_id).await?;
    let user = own::user_id(&user_id)?;
    iam.add_member(caller.author(), group, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
