//! `PATCH /v3/groups/{group_id}`

use axum::Json as Answered;
use iam::GroupChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::{Error, own};
use crate::json::{Json, Object};
use crate::parameter::{given, optional_line, required};
use crate::path::Segment;
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Change>)]
    group: Option<Object<Change>>,
}

#[derive(Deserialize, ToSchema)]
struct Change {
    #[schema(schema_with = schema::optional_line::<128>)]
    name: Option<String>,
    #[schema(schema_with = schema::optional_line::<255>)]
    description: Option<String>,
}

/// Changes a group.
#[utoipa::path(
    patch,
    path = "/v3/groups/{group_id}",
    operation_id = "update_group",
    params(("group_id" = String, Path)),
    request_body = inline(Request),
    responses((status = 200, description = "The group.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(group_id): Segment,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let Object(change) = required("group", request.group)?;
    let name = given(Some(optional_line("group.name", change.name, 128)?));
    let description = match change.description {
        Some(text) => Some(optional_line("group.description", Some(text), 255)?),
        None => None,
    };
    let (iam, id) = own::group(&caller, Action::UpdateGroup, &group_id).await?;
    let change = GroupChange { name, description };
    Ok(Answered(iam.update_group(caller.author(), id, change).await?.into()))
}
