//! `POST /v3/users`

use axum::Json as Answered;
use axum::http::StatusCode;
use iam::{NewUser, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::iam_v3::own::check_domain;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, given, optional_line, required, required_line};
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
    #[schema(schema_with = schema::optional_any_text)]
    domain_id: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    password: Option<Secret>,
    #[schema(schema_with = schema::optional_flag)]
    enabled: Option<bool>,
    #[schema(schema_with = schema::optional_line::<255>)]
    description: Option<String>,
}

impl TryFrom<Order> for NewUser {
    type Error = BadParameter;

    fn try_from(order: Order) -> Result<Self, BadParameter> {
        let password = order.password.map(|Secret(password)| password);
        Ok(Self {
            name: required_line("user.name", order.name, 64)?,
            description: optional_line("user.description", order.description, 255)?,
            password: password.filter(|password| !password.is_empty()),
            state: if order.enabled == Some(false) { State::Disabled } else { State::Enabled },
        })
    }
}

/// Makes a user, who may do nothing until a policy is attached to it or to a group of its.
#[utoipa::path(
    post,
    path = "/v3/users",
    operation_id = "create_user",
    request_body = inline(Request),
    responses((status = 201, description = "The user.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answered<Answer>), Error> {
    let Object(mut order) = required("user", request.user)?;
    let domain = given(order.domain_id.take());
    let new: NewUser = order.try_into()?;
    let iam = caller.may_manage(Action::CreateUser).await?;
    if let Some(domain) = domain {
        check_domain(&caller, &domain)?;
    }
    let user = iam.create_user(caller.who().lasting_author()?, new).await?;
    Ok((StatusCode::CREATED, Answered(user.into())))
}
