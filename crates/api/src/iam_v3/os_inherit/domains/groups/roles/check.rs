//! `HEAD /v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/{role_id}/inherited_to_projects`

use axum::http::StatusCode;
use iam::{Principal, Reach};

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::{Error, own, roles};
use crate::path::Segments;

/// Whether a group has a role on all projects.
#[utoipa::path(
    head,
    path = "/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/{role_id}/inherited_to_projects",
    operation_id = "check_all_projects_role",
    params(("domain_id" = String, Path), ("group_id" = String, Path), ("role_id" = String, Path)),
    responses((status = 204, description = "The group has the role."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([place, group_id, role_id]): Segments<3>,
) -> Result<StatusCode, Error> {
    let (iam, group) = own::group(&caller, Action::ListAttachedGroupPolicies, &group_id).await?;
    own::check_domain(&caller, &place)?;
    let reach = Reach::AllProjects;
    let role = roles::id(&role_id)?;
    let group = Principal::Group(group);
    if !iam.is_attached(caller.account(), group, (role, reach)).await? {
        return Err(Error::not_found(format!("Could not find role assignment: {role_id}.")));
    }
    Ok(StatusCode::NO_CONTENT)
}
