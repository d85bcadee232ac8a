//! What the queries of all lists have: a page, words, a name and an enterprise project.

use pki::Page;
use pki::authority::Direction;

use crate::choice::choice;
use crate::parameter::{BadParameter, bounded, given};
use crate::pca_v1::enterprise_project;
use crate::query::Query;

/// How many entries a page has when nobody says.
const USUAL_LIMIT: u32 = 10;
/// How many entries a page has at most.
const MOST: u32 = 1000;
/// How many characters of a common name can be searched for.
const NAME_LENGTH: usize = 64;

const DIRECTIONS: [(&str, Direction); 2] =
    [("ASC", Direction::Ascending), ("DESC", Direction::Descending)];

/// `limit` and `offset`.
pub(super) fn page(query: &Query) -> Result<Page, BadParameter> {
    let limit = query.number("limit", 0..=u64::from(MOST))?;
    Ok(Page {
        limit: limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(USUAL_LIMIT),
        offset: query.number("offset", 0..=u64::MAX)?.unwrap_or(0),
    })
}

/// `name`: a part of the common name.
pub(super) fn name(query: &Query) -> Result<Option<String>, BadParameter> {
    given(query.text("name")).map(|name| bounded("name", name, NAME_LENGTH)).transpose()
}

/// `enterprise_project_id`; `all` is every one.
pub(super) fn enterprise_project(query: &Query) -> Result<Option<String>, BadParameter> {
    let asked = given(query.text("enterprise_project_id")).filter(|project| project != "all");
    asked.map(enterprise_project::parse).transpose()
}

/// `sort_dir`.
pub(super) fn direction(query: &Query) -> Result<Direction, BadParameter> {
    Ok(word(query, "sort_dir", &DIRECTIONS)?.unwrap_or_default())
}

/// The value of the query's word `name`; an empty one is none.
pub(super) fn word<T: Copy>(
    query: &Query,
    name: &str,
    table: &[(&'static str, T)],
) -> Result<Option<T>, BadParameter> {
    given(query.text(name)).map(|word| choice(name, &word, table)).transpose()
}
