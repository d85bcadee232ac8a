//! `GET /v3/projects/{project_id}/groups/{group_id}/roles`

use axum::Json;
use iam::{Principal, Reach};

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::roles::of_principal;
use crate::iam_v3::roles::view::{Assigned, assigned};
use crate::iam_v3::{Error, own};
use crate::path::Segments;

/// The roles that a group has on a project.
#[utoipa::path(
    get,
    path = "/v3/projects/{project_id}/groups/{group_id}/roles",
    operation_id = "project_roles_of_group",
    params(("project_id" = String, Path), ("group_id" = String, Path)),
    responses((status = 200, description = "The roles.", body = inline(Assigned)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([place, group_id]): Segments<2>,
) -> Result<Json<Assigned>, Error> {
    let (iam, group) = own::group(&caller, Action::ListAttachedGroupPolicies, &group_id).await?;
    let reach = Reach::Project(own::project(&caller, &place).await?);
    let roles = of_principal(iam, caller.account(), (Principal::Group(group), reach)).await?;
    let path = format!("/v3/projects/{place}/groups/{group_id}/roles");
    Ok(Json(assigned(&path, roles)))
}
