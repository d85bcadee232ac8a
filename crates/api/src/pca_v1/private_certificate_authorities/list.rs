//! `GET /v1/private-certificate-authorities`

use axum::Json;
use axum::http::Uri;
use iam::policy::Target;
use pki::Page;
use pki::authority::{AuthorityFilter, AuthorityOrder, AuthorityQuery, Direction, Status};
use serde::Serialize;
use utoipa::ToSchema;

use super::enterprise_project;
use super::show;
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::parameter::{BadParameter, bounded, given};
use crate::pca_v1::Error;
use crate::pca_v1::words::KINDS;
use crate::query::Query;
use crate::schema::Offset;

/// How many authorities a page has when nobody says.
const USUAL_LIMIT: u32 = 10;
/// How many authorities a page has at most.
const MOST: u32 = 1000;
/// How many characters of a common name can be searched for.
const NAME_LENGTH: usize = 64;

const STATUSES: [(&str, Status); 6] = [
    ("PENDING", Status::Pending),
    ("ACTIVED", Status::Active),
    ("DISABLED", Status::Disabled),
    ("DELETED", Status::Deleted),
    ("EXPIRED", Status::Expired),
    ("REVOKED", Status::Revoked),
];

/// `ca_type` is an older name of `type`.
const SORT_KEYS: [(&str, AuthorityOrder); 5] = [
    ("create_time", AuthorityOrder::CreationTime),
    ("common_name", AuthorityOrder::CommonName),
    ("type", AuthorityOrder::Kind),
    ("ca_type", AuthorityOrder::Kind),
    ("not_after", AuthorityOrder::NotAfter),
];

const DIRECTIONS: [(&str, Direction); 2] =
    [("ASC", Direction::Ascending), ("DESC", Direction::Descending)];

#[derive(Serialize, ToSchema)]
pub(crate) struct Answers {
    total: u64,
    #[schema(inline)]
    certificate_authorities: Vec<show::Answer>,
}

/// Lists authorities, those to be deleted among them. A limit of 0 asks for the total alone.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities",
    operation_id = "authorities",
    params(
        (
            "limit" = Option<u32>, Query, minimum = 0, maximum = 1000,
            description = "By default 10."
        ),
        ("offset" = inline(Option<Offset>), Query, description = "How many to pass over; by default 0."),
        (
            "name" = Option<String>, Query, max_length = 64,
            description = "A part of the common name; upper and lower case differ."
        ),
        (
            "status" = Option<String>, Query,
            description = "PENDING, ACTIVED, DISABLED, DELETED, EXPIRED or REVOKED."
        ),
        ("type" = Option<String>, Query, description = "ROOT or SUBORDINATE."),
        (
            "sort_key" = Option<String>, Query,
            description = "create_time (the default), common_name, type, ca_type or not_after."
        ),
        ("sort_dir" = Option<String>, Query, description = "DESC (the default) or ASC."),
        (
            "enterprise_project_id" = Option<String>, Query,
            description = "Those of one enterprise project; `all` is every one."
        ),
    ),
    responses((status = 200, description = "A page of authorities.", body = inline(Answers)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Answers>, Error> {
    let query = Query::of(&uri)?;
    let page = page(&query)?;
    let query = authority_query(&query)?;
    let enterprise_project = query.filter.enterprise_project.clone();
    let target = Target { enterprise_project, ..Target::any() };
    let pki = caller.may_with(Action::ListAuthorities, &target).await?;
    let listed = pki.authorities(caller.account(), &query, page).await?;
    Ok(Json(Answers {
        total: listed.total,
        certificate_authorities: listed.entries.into_iter().map(Into::into).collect(),
    }))
}

fn page(query: &Query) -> Result<Page, BadParameter> {
    let limit = query.number("limit", 0..=u64::from(MOST))?;
    Ok(Page {
        limit: limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(USUAL_LIMIT),
        offset: query.number("offset", 0..=u64::MAX)?.unwrap_or(0),
    })
}

fn authority_query(query: &Query) -> Result<AuthorityQuery, BadParameter> {
    let name = given(query.text("name"));
    let enterprise_project =
        given(query.text("enterprise_project_id")).filter(|project| project != "all");
    Ok(AuthorityQuery {
        filter: AuthorityFilter {
            name: name.map(|name| bounded("name", name, NAME_LENGTH)).transpose()?,
            status: word(query, "status", &STATUSES)?,
            kind: word(query, "type", &KINDS)?,
            enterprise_project: enterprise_project.map(enterprise_project::parse).transpose()?,
        },
        order: word(query, "sort_key", &SORT_KEYS)?.unwrap_or_default(),
        direction: word(query, "sort_dir", &DIRECTIONS)?.unwrap_or_default(),
    })
}

/// The value of the query's word `name`; an empty one is none.
fn word<T: Copy>(
    query: &Query,
    name: &str,
    table: &[(&'static str, T)],
) -> Result<Option<T>, BadParameter> {
    given(query.text(name)).map(|word| choice(name, &word, table)).transpose()
}
