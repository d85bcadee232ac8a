//! `POST /v5/policies/{policy_id}/detach-group`

use axum::http::StatusCode;
use iam::{Principal, Reach};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::id;
use crate::json::Json;
use crate::parameter::required_line;
use crate::path::Segment;
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::line::<64>)]
    group_id: Option<String>,
}

/// Detaches a policy from a group; whom it reached feels it at once.
#[utoipa::path(
    post,
    path = "/v5/policies/{policy_id}/detach-group",
    operation_id = "detach_group_policy",
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
    let group_id = required_line("group_id", request.group_id, 64)?;
    let iam = caller.may_manage_one(Action::DetachGroupPolicy, &group_id).await?;
    let principal = Principal::Group(id::group(&group_id)?);
    let policy = (id::policy(&policy_id)?, Reach::Everywhere);
    iam.detach_policy(caller.author(), principal, policy).await?;
    Ok(StatusCode::OK)
}
