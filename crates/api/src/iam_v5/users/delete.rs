//! `DELETE /v5/users/{user_id}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::id;
use crate::path::Segment;

/// Deletes a user, with its credentials, memberships and attachments.
#[utoipa::path(
    delete,
    path = "/v5/users/{user_id}",
    operation_id = "delete_user",
    params(
        ("user_id" = String, Path),
    ),
    responses((status = 204, description = "It is gone."))
)]
pub(crate) async fn handle(caller: Caller, Segment(user_id): Segment) -> Result<StatusCode, Error> {
    let iam = caller.may_manage_one(Action::DeleteUser, &user_id).await?;
    iam.delete_user(caller.author(), id::user(&user_id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
