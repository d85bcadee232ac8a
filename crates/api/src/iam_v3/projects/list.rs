//! `GET /v3/projects`

use axum::Json;
use axum::http::Uri;
use iam::{ProjectFilter, State};

use super::{MOST_PROJECTS, matching};
use crate::caller::Caller;
use crate::iam_v3::view::Projects;
use crate::iam_v3::{Error, view};
use crate::parameter::{BadParameter, given};
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
    let filter = ProjectFilter {
        account: caller.account(),
        name: given(query.text("name")),
        state: flag(&query, "enabled")?
            .map(|enabled| if enabled { State::Enabled } else { State::Disabled }),
        ..page(&query, caller.account())?
    };
    // There are no projects of other accounts to see, and an account is not among its projects.
    if elsewhere("domain_id") || elsewhere("parent_id") || is_domain {
        return Ok(Json(view::projects(path, &[])));
    }
    Ok(Json(view::projects(path, &matching(&caller, &filter).await?)))
}

/// `true` or `false`.
fn flag(query: &Query, name: &str) -> Result<Option<bool>, BadParameter> {
    match given(query.text(name)).map(|text| text.to_ascii_lowercase()).as_deref() {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(BadParameter::new(name, "it must be true or false")),
    }
}

/// Everything, or page `page` of `per_page` projects.
fn page(query: &Query, account: ledger::AccountId) -> Result<ProjectFilter, BadParameter> {
    let page = number(query, "page", u32::MAX)?;
    let per_page = number(query, "per_page", MOST_PROJECTS)?;
    let (offset, limit) = match (page, per_page) {
        (None, None) => (0, MOST_PROJECTS),
        (Some(page), Some(per_page)) => (page.saturating_sub(1).saturating_mul(per_page), per_page),
        (Some(_), None) => return Err(BadParameter::new("per_page", "it must come with page")),
        (None, Some(_)) => return Err(BadParameter::new("page", "it must come with per_page")),
    };
    Ok(ProjectFilter { account, name: None, state: None, offset, limit })
}

/// A number from 1 to `most`.
fn number(query: &Query, name: &str, most: u32) -> Result<Option<u32>, BadParameter> {
    let Some(text) = given(query.text(name)) else { return Ok(None) };
    match text.parse::<u32>() {
        Ok(number) if (1..=most).contains(&number) => Ok(Some(number)),
        Ok(_) | Err(_) => Err(BadParameter::new(name, format!("it must be 1 to {most}"))),
    }
}
