//! `PATCH /v3.0/OS-ROLE/roles/{role_id}`

use axum::Json as Answered;
use iam::PolicyChange;

use super::order::{Request, RoleOrder};
use super::role;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::roles::view::Answer;
use crate::iam_v3_0::Error;
use crate::json::Json;
use crate::parameter::BadParameter;
use crate::path::Segment;

/// Changes a role; whoever has it feels it at once. Its type stays.
#[utoipa::path(
    patch,
    path = "/v3.0/OS-ROLE/roles/{role_id}",
    operation_id = "update_role",
    params(("role_id" = String, Path)),
    request_body = inline(Request),
    responses((status = 200, description = "The role.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(role_id): Segment,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let RoleOrder { name, description, kind, document } = request.try_into()?;
    let iam = caller.may_manage_one(Action::UpdateRole, &role_id).await?;
    let policy = role(iam, caller.account(), &role_id).await?;
    if policy.kind != kind {
        return Err(BadParameter::new("role.type", "the type of a role cannot change").into());
    }
    let change =
        PolicyChange { name: Some(name), description: Some(description), document: Some(document) };
    let policy = iam.update_policy(caller.author(), policy.id, change).await?;
    Ok(Answered(Answer { role: policy.into() }))
}
