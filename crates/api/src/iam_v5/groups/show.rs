//! `GET /v5/groups/{group_id}`

use axum::Json;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::id;
use crate::path::Segment;

/// Shows a group.
#[utoipa::path(
    get,
    path = "/v5/groups/{group_id}",
    operation_id = "group",
    params(
        ("group_id" = String, Path),
    ),
    responses((status = 200, description = "The group.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(group_id): Segment,
) -> Result<Json<Answer>, Error> {
    let iam = caller.may_manage_one(Action::ShowGroup, &group_id).await?;
    Ok(Json(iam.group(caller.account(), id::group(&group_id)?).await?.into()))
}
