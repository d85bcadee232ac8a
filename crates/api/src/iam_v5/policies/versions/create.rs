//! `POST /v5/policies/{policy_id}/versions`

use axum::Json as Answered;
use axum::http::StatusCode;
use iam::Activation;
use iam::policy::MAX_DOCUMENT;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{Answer, VersionView};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::policies::find::custom_policy;
use crate::json::Json;
use crate::parameter::required;
use crate::path::Segment;
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::text::<MAX_DOCUMENT>)]
    policy_document: Option<String>,
    #[schema(schema_with = schema::optional_flag)]
    set_as_default: Option<bool>,
}

/// Adds a version to a policy, and puts it in force if it is to be the default.
#[utoipa::path(
    post,
    path = "/v5/policies/{policy_id}/versions",
    operation_id = "create_policy_version",
    params(
        ("policy_id" = String, Path),
    ),
    request_body = inline(Request),
    responses((status = 201, description = "The version.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(policy_id): Segment,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answered<Answer>), Error> {
    let document = required("policy_document", request.policy_document)?;
    let activation = match request.set_as_default {
        Some(true) => Activation::InForce,
        Some(false) | None => Activation::Waiting,
    };
    let iam = caller.may_manage_one(Action::CreatePolicyVersion, &policy_id).await?;
    if activation == Activation::InForce {
        // Who may only write versions does not put one in force.
        caller.may_manage_one(Action::SetDefaultPolicyVersion, &policy_id).await?;
    }
    let policy = custom_policy(iam, caller.account(), &policy_id).await?;
    let order = (document, activation);
    let version = iam.create_policy_version(caller.author(), policy.id, order).await?;
    let default = if activation == Activation::InForce { version.number } else { 0 };
    let policy_version = VersionView::new(version, default);
    Ok((StatusCode::CREATED, Answered(Answer { policy_version })))
}
