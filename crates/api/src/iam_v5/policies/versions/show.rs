//! `GET /v5/policies/{policy_id}/versions/{version_id}`

use axum::Json;

use super::view::{Answer, versions};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::id;
use crate::iam_v5::policies::find::policy;
use crate::path::Segments;

/// Shows a version of a policy with its document.
#[utoipa::path(
    get,
    path = "/v5/policies/{policy_id}/versions/{version_id}",
    operation_id = "policy_version",
    params(
        ("policy_id" = String, Path),
        ("version_id" = String, Path),
    ),
    responses((status = 200, description = "The version.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([policy_id, version_id]): Segments<2>,
) -> Result<Json<Answer>, Error> {
    let iam = caller.may_manage_one(Action::ShowPolicyVersion, &policy_id).await?;
    let found = policy(iam, caller.account(), &policy_id).await?;
    let number = id::version(&version_id)?;
    let version = versions(found).into_iter().find(|version| version.number == number);
    let missing = || Error::not_found(format!("policy version {version_id} does not exist"));
    Ok(Json(Answer { policy_version: version.ok_or_else(missing)? }))
}
