//! `PUT /v5/policies/{policy_id}`

use axum::http::StatusCode;
use iam::PolicyChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::find::custom_policy;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::json::Json;
use crate::parameter::optional_line;
use crate::path::Segment;
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(schema_with = schema::optional_line::<255>)]
    description: Option<String>,
}

/// Changes what is noted about a policy.
#[utoipa::path(
    put,
    path = "/v5/policies/{policy_id}",
    operation_id = "update_policy",
    params(
        ("policy_id" = String, Path),
    ),
    request_body = inline(Request),
    responses((status = 200, description = "It is so."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(policy_id): Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let description = match request.description {
        Some(text) => Some(optional_line("description", Some(text), 255)?),
        None => None,
    };
    let iam = caller.may_manage_one(Action::UpdatePolicy, &policy_id).await?;
    let policy = custom_policy(iam, caller.account(), &policy_id).await?;
    let change = PolicyChange { description, ..PolicyChange::default() };
    iam.update_policy(caller.author(), policy.id, change).await?;
    Ok(StatusCode::OK)
}
