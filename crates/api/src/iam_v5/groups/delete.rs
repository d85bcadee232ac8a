//! `DELETE /v5/groups/{group_id}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::id;
use crate::path::Segment;

/// Deletes a group, with its memberships and attachments; its users stay.
#[utoipa::path(
    delete,
    path = "/v5/groups/{group_id}",
    operation_id = "delete_group",
    params(
        ("group_id" = String, Path),
    ),
    responses((status = 204, description = "It is gone."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(group_id): Segment,
) -> Result<StatusCode, Error> {
    let iam = caller.may_manage_one(Action::DeleteGroup, &group_id).await?;
    iam.delete_group(caller.author(), id::group(&group_id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
