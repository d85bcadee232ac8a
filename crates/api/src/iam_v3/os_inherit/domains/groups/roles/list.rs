//! `GET /v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/inherited_to_projects`

use axum::Json;
use iam::{Principal, Reach};

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::roles::of_principal;
use crate::iam_v3::roles::view::{Assigned, assigned};
use crate::iam_v3::{Error, own};
use crate::path::Segments;

/// The roles that a group has on all projects.
#[utoipa::path(
    get,
    path = "/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/inherited_to_projects",
    operation_id = "all_projects_roles_of_group",
    params(("domain_id" = String, Path), ("group_id" = String, Path)),
    responses((status = 200, description = "The roles.", body = inline(Assigned)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([place, group_id]): Segments<2>,
) -> Result<Json<Assigned>, Error> {
    let (iam, group) = own::group(&caller, Action::ListAttachedGroupPolicies, &group_id).await?;
    own::check_domain(&caller, &place)?;
    let reach = Reach::AllProjects;
    let roles = of_principal(iam, caller.account(), (Principal::Group(group), reach)).await?;
    let path =
        format!("/v3/OS-INHERIT/domains/{place}/groups/{group_id}/roles/inherited_to_projects");
    Ok(Json(assigned(&path, roles)))
}
