//! `PUT /v3.0/OS-USER/users/{user_id}`

use axum::Json as Answered;
use iam::UserChange;

use super::user;
use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::users::change::{Request, author};
use crate::iam_v3_0::Error;
use crate::json::Json;
use crate::path::Segment;

/// Changes a user. Whom it disables, and whose password it sets, loses its sessions at once.
#[utoipa::path(
    put,
    path = "/v3.0/OS-USER/users/{user_id}",
    operation_id = "update_user_3_0",
    params(("user_id" = String, Path)),
    request_body = inline(Request),
    responses((status = 200, description = "The user.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(user_id): Segment,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let change: UserChange = request.try_into()?;
    let iam = caller.may_manage_one(Action::UpdateUser, &user_id).await?;
    let id = user(&user_id)?;
    let author = author::<Error>(&caller, &user_id, &change).await?;
    Ok(Answered(iam.update_user(author, id, change).await?.into()))
}
