//! `GET /v3/scm/csr`

use axum::Json;
use axum::http::Uri;
use pki::csr::CsrFilter;
use pki::{Listed, Page};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{Answer, KEY_ALGORITHMS};
use crate::action::Action;
use crate::caller::Caller;
use crate::parameter::{BadParameter, bounded, given};
use crate::query::Query;
use crate::schema::Offset;
use crate::scm_v3::Error;

/// How many requests a page has when nobody says.
const USUAL_LIMIT: u32 = 10;
/// How many requests a page has at most.
const MOST: u32 = 50;
/// How many characters the part of a name that is looked for has at most; a name can be longer.
const NAME_PART: usize = 32;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answers {
    #[schema(inline)]
    csr_list: Vec<Answer>,
    total: u64,
}

/// Lists certification requests, each with its PEM.
#[utoipa::path(
    get,
    path = "/v3/scm/csr",
    operation_id = "csrs",
    params(
        ("name" = Option<String>, Query, max_length = 32, description = "A part of the name."),
        ("private_key_algo" = Option<String>, Query, description = "The kind of key."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 50, description = "By default 10."),
        ("offset" = inline(Option<Offset>), Query, description = "How many to pass over; by default 0."),
    ),
    responses((status = 200, description = "A page of requests.", body = inline(Answers)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Answers>, Error> {
    let pki = caller.may(Action::ListCsrs).await?;
    let query = Query::of(&uri)?;
    let page = page(&query)?;
    let listed = match filter(&query)? {
        Some(filter) => pki.csrs(caller.account(), &filter, page).await?,
        None => Listed { entries: Vec::new(), total: 0 },
    };
    let csr_list = listed.entries.into_iter().map(Answer::with_pem).collect();
    Ok(Json(Answers { csr_list, total: listed.total }))
}

/// What is asked for; `None` for a kind of key that no request can have.
fn filter(query: &Query) -> Result<Option<CsrFilter>, BadParameter> {
    let name = given(query.text("name"));
    let name = name.map(|name| bounded("name", name, NAME_PART)).transpose()?;
    let Some(word) = given(query.text("private_key_algo")) else {
        return Ok(Some(CsrFilter { name, algorithm: None }));
    };
    let known = KEY_ALGORITHMS.iter().find(|(name, _)| *name == word);
    Ok(known.map(|(_, algorithm)| CsrFilter { name, algorithm: Some(*algorithm) }))
}

/// The page: `offset` counts requests, and has no bound though the page names one of 100, which
/// nobody could list ten thousand requests with.
fn page(query: &Query) -> Result<Page, BadParameter> {
    let limit = query.number("limit", 1..=u64::from(MOST))?;
    Ok(Page {
        limit: limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(USUAL_LIMIT),
        offset: query.number("offset", 0..=u64::MAX)?.unwrap_or(0),
    })
}
