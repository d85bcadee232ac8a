//! `GET /v3.0/OS-ROLE/roles/{role_id}`

use axum::Json;

use super::role;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::roles::view::{Answer, RoleView};
use crate::iam_v3_0::Error;
use crate::path::Segment;

/// One of the account's own roles, with how often it is given.
#[utoipa::path(
    get,
    path = "/v3.0/OS-ROLE/roles/{role_id}",
    operation_id = "custom_role",
    params(("role_id" = String, Path)),
    responses((status = 200, description = "The role.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(role_id): Segment,
) -> Result<Json<Answer>, Error> {
    let iam = caller.may_manage_one(Action::ShowPolicy, &role_id).await?;
    let policy = role(iam, caller.account(), &role_id).await?;
    let references = iam.attachment_count(caller.account(), policy.id).await?;
    let mut role = RoleView::from(policy);
    role.references = Some(references);
    Ok(Json(Answer { role }))
}
