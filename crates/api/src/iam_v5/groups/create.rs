//! `POST /v5/groups`

use axum::Json as Answered;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::json::Json;
use crate::parameter::{optional_line, required_line};
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::line::<128>)]
    group_name: Option<String>,
    #[schema(schema_with = schema::optional_line::<255>)]
    description: Option<String>,
}

/// Makes a group.
#[utoipa::path(
    post,
    path = "/v5/groups",
    operation_id = "create_group",
    request_body = inline(Request),
    responses((status = 201, description = "The group.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answered<Answer>), Error> {
    let name = required_line("group_name", request.group_name, 128)?;
    let description = optional_line("description", request.description, 255)?;
    let iam = caller.may_manage(Action::CreateGroup).await?;
    let group = iam.create_group(caller.author(), name, description).await?;
    Ok((StatusCode::CREATED, Answered(group.into())))
}
