//! `GET /v3/groups/{group_id}/users`

use axum::Json;
use iam::UserFilter;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::users::view::{Users, users};
use crate::iam_v3::{Error, own};
use crate::path::Segment;

/// The users that are in a group.
#[utoipa::path(
    get,
    path = "/v3/groups/{group_id}/users",
    operation_id = "users_of_group",
    params(("group_id" = String, Path)),
    responses((status = 200, description = "The users.", body = inline(Users)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(group_id): Segment,
) -> Result<Json<Users>, Error> {
    let iam = caller.may_manage(Action::ListUsers).await?;
    let id = own::group_id(&group_id)?;
    let group = iam.group(caller.account(), id).await?;
    let filter = UserFilter { group: Some(group.id), ..UserFilter::of(caller.account()) };
    let path = format!("/v3/groups/{id}/users");
    Ok(Json(users(&path, iam.users(&filter).await?)))
}
