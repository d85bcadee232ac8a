//! `GET /v3/roles/{role_id}`

use axum::Json;
use iam::policy::system_policy;

use super::view::Answer;
use super::{id, is_role};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::path::Segment;

/// One role, of the system or of the caller's account.
#[utoipa::path(
    get,
    path = "/v3/roles/{role_id}",
    operation_id = "role",
    params(("role_id" = String, Path)),
    responses((status = 200, description = "The role.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(role_id): Segment,
) -> Result<Json<Answer>, Error> {
    let iam = caller.may_manage_one(Action::ShowPolicy, &role_id).await?;
    let id = id(&role_id)?;
    if let Some(system) = system_policy(id) {
        return Ok(Json(Answer { role: system.into() }));
    }
    let policy = iam.custom_policy(caller.account(), id).await?;
    if !is_role(&policy) {
        return Err(Error::not_found(format!("Could not find role: {role_id}.")));
    }
    Ok(Json(Answer { role: policy.into() }))
}
