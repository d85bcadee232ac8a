//! `GET /v5/users/{user_id}`

use axum::Json;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::path::Segment;

/// Shows a user: oneself, or another user of the account.
#[utoipa::path(
    get,
    path = "/v5/users/{user_id}",
    operation_id = "user",
    params(
        ("user_id" = String, Path),
    ),
    responses((status = 200, description = "The user.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(user_id): Segment,
) -> Result<Json<Answer>, Error> {
    let (iam, user) = caller.may_for_user(Action::ShowUser, &user_id).await?;
    Ok(Json(iam.user(caller.account(), user).await?.into()))
}
