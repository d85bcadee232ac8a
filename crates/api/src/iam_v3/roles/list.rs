//! `GET /v3/roles`

use axum::Json;
use axum::http::Uri;
use iam::PolicyFilter;
use iam::policy::system_policies;

use super::is_role;
use super::view::{RoleView, Roles, part};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::iam_v3::flags::page;
use crate::parameter::{BadParameter, given};
use crate::query::Query;

/// The roles of the system, or with `domain_id` those that the account has made.
#[utoipa::path(
    get,
    path = "/v3/roles",
    operation_id = "roles",
    params(
        ("domain_id" = Option<String>, Query, description = "The account: its own roles."),
        ("name" = Option<String>, Query),
        ("display_name" = Option<String>, Query),
        ("catalog" = Option<String>, Query),
        ("type" = Option<String>, Query, description = "domain, project or all."),
        ("permission_type" = Option<String>, Query, description = "Changes nothing."),
        ("page" = Option<u32>, Query, minimum = 1, description = "Comes with per_page."),
        ("per_page" = Option<u32>, Query, minimum = 1, maximum = 5000),
    ),
    responses((status = 200, description = "The roles.", body = inline(Roles)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Roles>, Error> {
    let iam = caller.may_manage(Action::ListPolicies).await?;
    let query = Query::of(&uri)?;
    let path = uri.path_and_query().map_or("/v3/roles", |path| path.as_str());
    let account = caller.account();
    let mut roles: Vec<RoleView> = match given(query.text("domain_id")) {
        None => system_policies().iter().map(Into::into).collect(),
        Some(id) if id == account.to_string() => {
            let custom = iam.custom_policies(&PolicyFilter::of(account)).await?;
            custom.into_iter().filter(is_role).map(Into::into).collect()
        }
        Some(_) => Vec::new(),
    };
    let kinds = kinds(&query)?;
    let is_meant = |name, of: &str| given(query.text(name)).is_none_or(|wanted| wanted == of);
    roles.retain(|role| {
        is_meant("name", &role.name)
            && is_meant("display_name", &role.display_name)
            && is_meant("catalog", &role.catalog)
            && kinds.contains(&role.kind)
    });
    Ok(Json(part(path, roles, page(&query)?)))
}

/// The types of roles that the query asks for.
fn kinds(query: &Query) -> Result<&'static [&'static str], BadParameter> {
    match given(query.text("type")).as_deref() {
        None | Some("all") => Ok(&["AA", "AX", "XA"]),
        Some("domain") => Ok(&["AA", "AX"]),
        Some("project") => Ok(&["AA", "XA"]),
        Some(_) => Err(BadParameter::new("type", "it must be one of domain, project, all")),
    }
}
