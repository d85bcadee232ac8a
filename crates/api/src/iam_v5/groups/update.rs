//! `PUT /v5/groups/{group_id}`

use axum::Json as Answered;
use iam::GroupChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::id;
use crate::json::Json;
use crate::parameter::{given, optional_line};
use crate::path::Segment;
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(schema_with = schema::optional_line::<128>)]
    new_group_name: Option<String>,
    #[schema(schema_with = schema::optional_line::<255>)]
    new_group_description: Option<String>,
}

/// Changes a group.
#[utoipa::path(
    put,
    path = "/v5/groups/{group_id}",
    operation_id = "update_group",
    params(
        ("group_id" = String, Path),
    ),
    request_body = inline(Request),
    responses((status = 200, description = "The group.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(group_id): Segment,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let name = optional_line("new_group_name", request.new_group_name, 128)?;
    let description = match request.new_group_description {
        Some(text) => Some(optional_line("new_group_description", Some(text), 255)?),
        None => None,
    };
    let iam = caller.may_manage_one(Action::UpdateGroup, &group_id).await?;
    let change = GroupChange { name: given(Some(name)), description };
    let group = iam.update_group(caller.author(), id::group(&group_id)?, change).await?;
    Ok(Answered(group.into()))
}
