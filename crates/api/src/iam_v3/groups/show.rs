//! `GET /v3/groups/{group_id}`

use axum::Json;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::{Error, own};
use crate::path::Segment;

/// One group of the caller's account.
#[utoipa::path(
    get,
    path = "/v3/groups/{group_id}",
    operation_id = "group",
    params(("group_id" = String, Path)),
    responses((status = 200, description = "The group.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(group_id): Segment,
) -> Result<Json<Answer>, Error> {
    let (iam, id) = own::group(&caller, Action::ShowGroup, &group_id).await?;
    Ok(Json(iam.group(caller.account(), id).await?.into()))
}
