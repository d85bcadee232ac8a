//! `PUT /v5/users/{user_id}`

use axum::Json as Answered;
use iam::{State, UserChange};
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
    #[schema(schema_with = schema::optional_line::<64>)]
    new_user_name: Option<String>,
    #[schema(schema_with = schema::optional_line::<255>)]
    new_description: Option<String>,
    #[schema(schema_with = schema::optional_flag)]
    enabled: Option<bool>,
}

/// Changes a user. Whom it disables loses its sessions at once.
#[utoipa::path(
    put,
    path = "/v5/users/{user_id}",
    operation_id = "update_user",
    params(
        ("user_id" = String, Path),
    ),
    request_body = inline(Request),
    responses((status = 200, description = "The user.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(user_id): Segment,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let name = optional_line("new_user_name", request.new_user_name, 64)?;
    let description = match request.new_description {
        Some(text) => Some(optional_line("new_description", Some(text), 255)?),
        None => None,
    };
    let state = request.enabled.map(|on| if on { State::Enabled } else { State::Disabled });
    let iam = caller.may_manage_one(Action::UpdateUser, &user_id).await?;
    let change = UserChange { name: given(Some(name)), description, password: None, state };
    let user = iam.update_user(caller.author(), id::user(&user_id)?, change).await?;
    Ok(Answered(user.into()))
}
