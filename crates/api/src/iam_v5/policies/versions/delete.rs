//! `DELETE /v5/policies/{policy_id}/versions/{version_id}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::id;
use crate::iam_v5::policies::find::custom_policy;
use crate::path::Segments;

/// Deletes a version of a policy that is not in force.
#[utoipa::path(
    delete,
    path = "/v5/policies/{policy_id}/versions/{version_id}",
    operation_id = "delete_policy_version",
    params(
        ("policy_id" = String, Path),
        ("version_id" = String, Path),
    ),
    responses((status = 204, description = "It is gone."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([policy_id, version_id]): Segments<2>,
) -> Result<StatusCode, Error> {
    let iam = caller.may_manage_one(Action::DeletePolicyVersion, &policy_id).await?;
    let policy = custom_policy(iam, caller.account(), &policy_id).await?;
    let number = id::version(&version_id)?;
    iam.delete_policy_version(caller.author(), policy.id, number).await?;
    Ok(StatusCode::NO_CONTENT)
}
