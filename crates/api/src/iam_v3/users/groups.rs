//! `GET /v3/users/{user_id}/groups`

use axum::Json;
use iam::GroupFilter;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::iam_v3::groups::view::{Groups, groups};
use crate::iam_v3::own;
use crate::path::Segment;

/// The groups that a user is in; everybody may see their own.
#[utoipa::path(
    get,
    path = "/v3/users/{user_id}/groups",
    operation_id = "groups_of_user",
    params(("user_id" = String, Path)),
    responses((status = 200, description = "The groups.", body = inline(Groups)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(user_id): Segment,
) -> Result<Json<Groups>, Error> {
    let (iam, id) = own::user(&caller, Action::ListUserGroups, &user_id).await?;
    let user = iam.user(caller.account(), id).await?;
    let filter = GroupFilter { member: Some(user.id), ..GroupFilter::of(caller.account()) };
    let path = format!("/v3/users/{id}/groups");
    Ok(Json(groups(&path, iam.groups(&filter).await?)))
}
