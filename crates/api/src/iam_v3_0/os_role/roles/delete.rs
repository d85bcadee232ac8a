//! `DELETE /v3.0/OS-ROLE/roles/{role_id}`

use axum::http::StatusCode;

use super::role;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::path::Segment;

/// Deletes a role that is given to nobody.
#[utoipa::path(
    delete,
    path = "/v3.0/OS-ROLE/roles/{role_id}",
    operation_id = "delete_role",
    params(("role_id" = String, Path)),
    responses((status = 200, description = "It is gone."))
)]
pub(crate) async fn handle(caller: Caller, Segment(role_id): Segment) -> Result<StatusCode, Error> {
    let iam = caller.may_manage_one(Action::DeletePolicy, &role_id).await?;
    let policy = role(iam, caller.account(), &role_id).await?;
    iam.delete_policy(caller.author(), policy.id).await?;
    Ok(StatusCode::OK)
}
