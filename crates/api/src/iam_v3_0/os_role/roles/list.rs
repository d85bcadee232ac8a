//! `GET /v3.0/OS-ROLE/roles`

use axum::Json;
use axum::http::Uri;
use iam::PolicyFilter;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::flags::page;
use crate::iam_v3::roles::is_role;
use crate::iam_v3::roles::view::{Roles, part};
use crate::iam_v3_0::Error;
use crate::query::Query;

/// The account's own roles.
#[utoipa::path(
    get,
    path = "/v3.0/OS-ROLE/roles",
    operation_id = "custom_roles",
    params(
        ("page" = Option<u32>, Query, minimum = 1, description = "Comes with per_page."),
        ("per_page" = Option<u32>, Query, minimum = 1, maximum = 5000),
    ),
    responses((status = 200, description = "The roles.", body = inline(Roles)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Roles>, Error> {
    let page = page(&Query::of(&uri)?)?;
    let iam = caller.may_manage(Action::ListPolicies).await?;
    let path = uri.path_and_query().map_or("/v3.0/OS-ROLE/roles", |path| path.as_str());
    let policies = iam.custom_policies(&PolicyFilter::of(caller.account())).await?;
    let roles = policies.into_iter().filter(is_role).map(Into::into).collect();
    Ok(Json(part(path, roles, page)))
}
