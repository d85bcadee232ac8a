//! `POST /v3/groups`

use axum::Json as Answered;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::iam_v3::own::check_domain;
use crate::json::{Json, Object};
use crate::parameter::{given, optional_line, required, required_line};
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Order>)]
    group: Option<Object<Order>>,
}

#[derive(Deserialize, ToSchema)]
struct Order {
    #[schema(required, schema_with = schema::line::<128>)]
    name: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    domain_id: Option<String>,
    #[schema(schema_with = schema::optional_line::<255>)]
    description: Option<String>,
}

/// Makes a group.
#[utoipa::path(
    post,
    path = "/v3/groups",
    operation_id = "create_group",
    request_body = inline(Request),
    responses((status = 201, description = "The group.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answered<Answer>), Error> {
    let Object(order) = required("group", request.group)?;
    let name = required_line("group.name", order.name, 128)?;
    let description = optional_line("group.description", order.description, 255)?;
    let iam = caller.may_manage(Action::CreateGroup).await?;
    if let Some(domain) = given(order.domain_id) {
        check_domain(&caller, &domain)?;
    }
    let group = iam.create_group(caller.author(), name, description).await?;
    Ok((StatusCode::CREATED, Answered(group.into())))
}
