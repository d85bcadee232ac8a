//! `GET /v1/private-certificate-authorities`

use axum::Json;
use axum::http::Uri;
use iam::policy::Target;
use pki::authority::{AuthorityFilter, AuthorityOrder, AuthorityQuery, Status};
use serde::Serialize;
use utoipa::ToSchema;

use super::show;
use crate::action::Action;
use crate::caller::Caller;
use crate::parameter::BadParameter;
use crate::pca_v1::Error;
use crate::pca_v1::listing::{self, page, word};
use crate::pca_v1::words::KINDS;
use crate::query::Query;
use crate::schema::Offset;

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

fn authority_query(query: &Query) -> Result<AuthorityQuery, BadParameter> {
    Ok(AuthorityQuery {
        filter: AuthorityFilter {
            name: listing::name(query)?,
            status: word(query, "status", &STATUSES)?,
            kind: word(query, "type", &KINDS)?,
            enterprise_project: listing::enterprise_project(query)?,
        },
        order: word(query, "sort_key", &SORT_KEYS)?.unwrap_or_default(),
        direction: listing::direction(query)?,
    })
}
