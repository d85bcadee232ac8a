//! `GET /v3/users`

use axum::Json;
use axum::http::Uri;
use iam::{State, UserFilter};

use super::view::{Users, users};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::iam_v3::flags::{MOST, flag};
use crate::parameter::given;
use crate::query::Query;

/// The users of the caller's account that the query selects.
#[utoipa::path(
    get,
    path = "/v3/users",
    operation_id = "users",
    params(
        ("domain_id" = Option<String>, Query, description = "The account; there is but one."),
        ("enabled" = Option<bool>, Query),
        ("name" = Option<String>, Query, description = "The whole name."),
    ),
    responses((status = 200, description = "The users.", body = inline(Users)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Users>, Error> {
    let iam = caller.may_manage(Action::ListUsers).await?;
    let query = Query::of(&uri)?;
    let path = uri.path_and_query().map_or("/v3/users", |path| path.as_str());
    let account = caller.account();
    let state = flag(&query, "enabled")?
        .map(|enabled| if enabled { State::Enabled } else { State::Disabled });
    if given(query.text("domain_id")).is_some_and(|id| id != account.to_string()) {
        return Ok(Json(users(path, Vec::new())));
    }
    let name = given(query.text("name"));
    let filter = UserFilter { name, state, limit: MOST, ..UserFilter::of(account) };
    Ok(Json(users(path, iam.users(&filter).await?)))
}
