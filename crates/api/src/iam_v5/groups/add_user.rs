//! `POST /v5/groups/{group_id}/add-user`

use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::id;
use crate::json::Json;
use crate::parameter::required_line;
use crate::path::Segment;
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::line::<64>)]
    user_id: Option<String>,
}

/// Puts a user into a group.
#[utoipa::path(
    post,
    path = "/v5/groups/{group_id}/add-user",
    operation_id = "add_user_to_group",
    params(
        ("group_id" = String, Path),
    ),
    request_body = inline(Request),
    responses((status = 200, description = "It is in it."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(group_id): Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let user_id = required_line("user_id", request.user_id, 64)?;
    let iam = caller.may_manage_one(Action::AddUserToGroup, &group_id).await?;
    let (group, user) = (id::group(&group_id)?, id::user(&user_id)?);
    iam.add_member(caller.author(), group, user).await?;
    Ok(StatusCode::OK)
}
