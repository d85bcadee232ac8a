//! `DELETE /v5/policies/{policy_id}`

use axum::http::StatusCode;

use super::find::custom_policy;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::path::Segment;

/// Deletes a policy that is attached to nobody, with all its versions.
#[utoipa::path(
    delete,
    path = "/v5/policies/{policy_id}",
    operation_id = "delete_policy",
    params(
        ("policy_id" = String, Path),
    ),
    responses((status = 204, description = "It is gone."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(policy_id): Segment,
) -> Result<StatusCode, Error> {
    let iam = caller.may_manage_one(Action::DeletePolicy, &policy_id).await?;
    let policy = custom_policy(iam, caller.account(), &policy_id).await?;
    iam.delete_policy(caller.author(), policy.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
