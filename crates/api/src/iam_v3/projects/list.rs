//! `GET /v3/projects`

use axum::Json;
use axum::http::Uri;
use iam::{ProjectFilter, State};

use super::matching;
use crate::caller::Caller;
use crate::iam_v3::flags::{flag, page};
use crate::iam_v3::view::Projects;
use crate::iam_v3::{Error, view};
use crate::parameter::given;
use crate::query::Query;

/// The projects of the caller's account that the query selects.
#[utoipa::path(
    get,
    path = "/v3/projects",
    operation_id = "projects",
    params(
        ("domain_id" = Option<String>, Query, description = "The account; there is but one."),
        ("parent_id" = Option<String>, Query, description = "The account again."),
        ("name" = Option<String>, Query, description = "The whole name."),
        ("enabled" = Option<bool>, Query),
        ("is_domain" = Option<bool>, Query),
        ("page" = Option<u32>, Query, minimum = 1, description = "Comes with per_page."),
        ("per_page" = Option<u32>, Query, minimum = 1, maximum = 5000),
    ),
    responses((status = 200, description = "The projects.", body = inline(Projects)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Projects>, Error> {
    let query = Query::of(&uri)?;
    let account = caller.account().to_string();
    let elsewhere = |name| given(query.text(name)).is_some_and(|id| id != account);
    let path = uri.path_and_query().map_or("/v3/projects", |path| path.as_str());
    let is_domain = flag(&query, "is_domain")?.unwrap_or(false);
    let (offset, limit) = page(&query)?;
    let filter = ProjectFilter {
        account: caller.account(),
        name: given(query.text("name")),
        state: flag(&query, "enabled")?
            .map(|enabled| if enabled { State::Enabled } else { State::Disabled }),
        offset,
        limit,
    };
    // There are no projects of other accounts to see, and an account is not among its projects.
    if elsewhere("domain_id") || elsewhere("parent_id") || is_domain {
        return Ok(Json(view::projects(path, &[])));
    }
    Ok(Json(view::projects(path, &matching(&caller, &filter).await?)))
}
