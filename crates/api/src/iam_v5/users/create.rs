//! `POST /v5/users`

use axum::Json as Answered;
use axum::http::StatusCode;
use iam::{NewUser, State};
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
    #[schema(required, schema_with = schema::line::<64>)]
    name: Option<String>,
    #[schema(schema_with = schema::optional_line::<255>)]
    description: Option<String>,
    #[schema(schema_with = schema::optional_flag)]
    enabled: Option<bool>,
}

/// Makes a user, who may do nothing until a policy is attached to it or to a group of its.
#[utoipa::path(
    post,
    path = "/v5/users",
    operation_id = "create_user",
    request_body = inline(Request),
    responses((status = 201, description = "The user.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answered<Answer>), Error> {
    let new = NewUser {
        description: optional_line("description", request.description, 255)?,
        state: if request.enabled == Some(false) { State::Disabled } else { State::Enabled },
        ..NewUser::new(required_line("name", request.name, 64)?)
    };
    let iam = caller.may_manage(Action::CreateUser).await?;
    let user = iam.create_user(caller.who().lasting_author()?, new).await?;
    Ok((StatusCode::CREATED, Answered(user.into())))
}
