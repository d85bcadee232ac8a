//! `GET /v3/users/{user_id}`

use axum::Json;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::iam_v3::own;
use crate::path::Segment;

/// One user of the caller's account; everybody may see themselves.
#[utoipa::path(
    get,
    path = "/v3/users/{user_id}",
    operation_id = "user",
    params(("user_id" = String, Path)),
    responses((status = 200, description = "The user.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(user_id): Segment,
) -> Result<Json<Answer>, Error> {
    let (iam, id) = own::user(&caller, Action::ShowUser, &user_id).await?;
    Ok(Json(iam.user(caller.account(), id).await?.into()))
}
