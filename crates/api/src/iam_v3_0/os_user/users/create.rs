//! `POST /v3.0/OS-USER/users`

use axum::Json as Answered;
use axum::http::StatusCode;
use iam::{NewUser, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::json::{Json, Object};
use crate::parameter::{optional_line, required, required_line};
use crate::schema;
use crate::secret::Secret;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Order>)]
    user: Option<Object<Order>>,
}

#[derive(Deserialize, ToSchema)]
struct Order {
    #[schema(required, schema_with = schema::line::<64>)]
    name: Option<String>,
    #[schema(required, schema_with = schema::text::<64>)]
    domain_id: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    password: Option<Secret>,
    #[schema(schema_with = schema::optional_flag)]
    enabled: Option<bool>,
    #[schema(schema_with = schema::optional_line::<255>)]
    description: Option<String>,
}

/// Makes a user, who may do nothing until a policy is attached to it or to a group of its.
#[utoipa::path(
    post,
    path = "/v3.0/OS-USER/users",
    operation_id = "create_user_3_0",
    request_body = inline(Request),
    responses((status = 201, description = "The user.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answered<Answer>), Error> {
    let Object(order) = required("user", request.user)?;
    let domain = required("user.domain_id", order.domain_id)?;
    let password = order.password.map(|Secret(password)| password);
    let new = NewUser {
        name: required_line("user.name", order.name, 64)?,
        description: optional_line("user.description", order.description, 255)?,
        password: password.filter(|password| !password.is_empty()),
        state: if order.enabled == Some(false) { State::Disabled } else { State::Enabled },
    };
    let iam = caller.may_manage(Action::CreateUser).await?;
    if domain != caller.account().to_string() {
        return Err(Error::not_found(format!("Could not find domain: {domain}.")));
    }
    let user = iam.create_user(caller.who().lasting_author()?, new).await?;
    Ok((StatusCode::CREATED, Answered(user.into())))
}
