//! `DELETE /v5/users/{user_id}/access-keys/{access_key_id}`

use axum::http::StatusCode;

use super::{OfUser, check_owner};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;

/// Deletes an access key, and ends its user's tokens and temporary access keys.
#[utoipa::path(
    delete,
    path = "/v5/users/{user_id}/access-keys/{access_key_id}",
    operation_id = "delete_access_key",
    params(("user_id" = String, Path), ("access_key_id" = String, Path)),
    responses((status = 204, description = "It is gone."))
)]
pub(crate) async fn handle(caller: Caller, of_user: OfUser) -> Result<StatusCode, Error> {
    let (iam, user) = caller.may_for_user(Action::DeleteAccessKey, &of_user.user).await?;
    check_owner((iam, caller.account()), user, &of_user.access).await?;
    iam.delete_access_key(caller.who().lasting_author()?, &of_user.access).await?;
    Ok(StatusCode::NO_CONTENT)
}
