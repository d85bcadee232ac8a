//! `POST /v5/policies`

use axum::Json as Answered;
use axum::http::StatusCode;
use iam::policy::MAX_DOCUMENT;
use iam::{NewPolicy, PolicyKind};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::find::Found;
use super::view::{Answer, PolicyView};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::json::Json;
use crate::parameter::{BadParameter, given, optional_line, required, required_line};
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::line::<128>)]
    policy_name: Option<String>,
    #[schema(required, schema_with = schema::text::<MAX_DOCUMENT>)]
    policy_document: Option<String>,
    #[schema(schema_with = schema::optional_line::<255>)]
    description: Option<String>,
    #[schema(schema_with = no_path)]
    path: Option<String>,
}

fn no_path() -> RefOr<Schema> {
    schema::optional_one_of::<()>(&[])
}

/// Makes a policy, attached to nobody; its document becomes version v1.
#[utoipa::path(
    post,
    path = "/v5/policies",
    operation_id = "create_policy",
    request_body = inline(Request),
    responses((status = 201, description = "The policy.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answered<Answer>), Error> {
    let new = NewPolicy {
        name: required_line("policy_name", request.policy_name, 128)?,
        description: optional_line("description", request.description, 255)?,
        kind: PolicyKind::Identity,
        document: required("policy_document", request.policy_document)?,
    };
    if given(request.path).is_some() {
        return Err(BadParameter::new("path", "policies have no paths here").into());
    }
    let iam = caller.may_manage(Action::CreatePolicy).await?;
    let policy = iam.create_policy(caller.author(), new).await?;
    let view = PolicyView::new(Found::Custom(policy), 0);
    Ok((StatusCode::CREATED, Answered(view.into())))
}
