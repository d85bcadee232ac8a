//! `DELETE /v3/domains/{domain_id}/groups/{group_id}/roles/{role_id}`

use axum::http::StatusCode;
use iam::{Principal, Reach};

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::{Error, own, roles};
use crate::path::Segments;

/// Takes a role on the domain from a group.
#[utoipa::path(
    delete,
    path = "/v3/domains/{domain_id}/groups/{group_id}/roles/{role_id}",
    operation_id = "revoke_domain_role",
    params(("domain_id" = String, Path), ("group_id" = String, Path), ("role_id" = String, Path)),
    responses((status = 204, description = "The group has the role no more."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segments([place, group_id, role_id]): Segments<3>,
) -> Result<StatusCode, Error> {
    let (iam, group) = own::group(&caller, Action::DetachGroupPolicy, &group_id).await?;
    own::check_domain(&caller, &place)?;
    let reach = Reach::Domain;
    let role = roles::id(&role_id)?;
    let group = Principal::Group(group);
    iam.detach_policy(caller.author(), group, (role, reach)).await?;
    Ok(StatusCode::NO_CONTENT)
}
