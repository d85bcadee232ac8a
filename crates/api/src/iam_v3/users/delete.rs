//! `DELETE /v3/users/{user_id}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::iam_v3::own;
use crate::path::Segment;

/// Deletes a user with its credentials, memberships and attachments. The owner stays.
#[utoipa::path(
    delete,
    path = "/v3/users/{user_id}",
    operation_id = "delete_user",
    params(("user_id" = String, Path)),
    responses((status = 204, description = "It is gone."))
)]
pub(crate) async fn handle(caller: Caller, Segment(user_id): Segment) -> Result<StatusCode, Error> {
    let (iam, id) = own::user(&caller, Action::DeleteUser, &user_id).await?;
    iam.delete_user(caller.author(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
