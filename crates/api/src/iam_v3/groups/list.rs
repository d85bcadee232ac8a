//! `GET /v3/groups`

use axum::Json;
use axum::http::Uri;
use iam::GroupFilter;

use super::view::{Groups, groups};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::iam_v3::flags::MOST;
use crate::parameter::given;
use crate::query::Query;

/// The groups of the caller's account that the query selects.
#[utoipa::path(
    get,
    path = "/v3/groups",
    operation_id = "groups",
    params(
        ("domain_id" = Option<String>, Query, description = "The account; there is but one."),
        ("name" = Option<String>, Query, description = "The whole name."),
    ),
    responses((status = 200, description = "The groups.", body = inline(Groups)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Groups>, Error> {
    let iam = caller.may_manage(Action::ListGroups).await?;
    let query = Query::of(&uri)?;
    let path = uri.path_and_query().map_or("/v3/groups", |path| path.as_str());
    let account = caller.account();
    if given(query.text("domain_id")).is_some_and(|id| id != account.to_string()) {
        return Ok(Json(groups(path, Vec::new())));
    }
    let name = given(query.text("name"));
    let filter = GroupFilter { name, limit: MOST, ..GroupFilter::of(account) };
    Ok(Json(groups(path, iam.groups(&filter).await?)))
}
