//! `POST /v5/policies/{policy_id}/versions/{version_id}/set-default`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::id;
use crate::iam_v5::policies::find::custom_policy;
use crate::path::Segments;

/// Puts a version of a policy in force, at once.
#[utoipa::path(
    post,
    path = "/v5/policies/{policy_id}/versions/{version_id}/set-default",
    operation_id = "set_default_policy_version",
    params(
        ("policy_id" = String, Path),
        ("version_id" = String, Path),
    ),
    responses((status = 200, description = "It is so."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([policy_id, version_id]): Segments<2>,
) -> Result<StatusCode, Error> {
    let iam = caller.may_manage_one(Action::SetDefaultPolicyVersion, &policy_id).await?;
    let policy = custom_policy(iam, caller.account(), &policy_id).await?;
    let number = id::version(&version_id)?;
    iam.set_default_policy_version(caller.author(), policy.id, number).await?;
    Ok(StatusCode::OK)
}
