//! `GET /v1/private-certificates`

use axum::Json;
use axum::http::Uri;
use pki::certificate::{CertificateFilter, CertificateOrder, CertificateQuery, CertificateStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::show;
use crate::action::Action;
use crate::caller::Caller;
use crate::parameter::BadParameter;
use crate::pca_v1::Error;
use crate::pca_v1::listing::{self, page, word};
use crate::query::Query;
use crate::schema::Offset;

const STATUSES: [(&str, CertificateStatus); 3] = [
    ("ISSUED", CertificateStatus::Issued),
    ("EXPIRED", CertificateStatus::Expired),
    ("REVOKED", CertificateStatus::Revoked),
];

const SORT_KEYS: [(&str, CertificateOrder); 4] = [
    ("create_time", CertificateOrder::CreationTime),
    ("common_name", CertificateOrder::CommonName),
    ("issuer_name", CertificateOrder::IssuerName),
    ("not_after", CertificateOrder::NotAfter),
];

#[derive(Serialize, ToSchema)]
pub(crate) struct Answers {
    total: u64,
    #[schema(inline)]
    certificates: Vec<show::Answer>,
}

/// Lists certificates.
#[utoipa::path(
    get,
    path = "/v1/private-certificates",
    operation_id = "certificates",
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
        ("status" = Option<String>, Query, description = "ISSUED, EXPIRED or REVOKED."),
        (
            "sort_key" = Option<String>, Query,
            description = "create_time (the default), common_name, issuer_name or not_after."
        ),
        ("sort_dir" = Option<String>, Query, description = "DESC (the default) or ASC."),
        (
            "enterprise_project_id" = Option<String>, Query,
            description = "Those of one enterprise project; `all` is every one."
        ),
    ),
    responses((status = 200, description = "A page of certificates.", body = inline(Answers)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Answers>, Error> {
    let query = Query::of(&uri)?;
    let page = page(&query)?;
    let query = certificate_query(&query)?;
    let pki = caller.may(Action::ListCertificates).await?;
    let listed = pki.certificates(caller.account(), &query, page).await?;
    Ok(Json(Answers {
        total: listed.total,
        certificates: listed.entries.into_iter().map(Into::into).collect(),
    }))
}

fn certificate_query(query: &Query) -> Result<CertificateQuery, BadParameter> {
    Ok(CertificateQuery {
        filter: CertificateFilter {
            name: listing::name(query)?,
            status: word(query, "status", &STATUSES)?,
            enterprise_project: listing::enterprise_project(query)?,
        },
        order: word(query, "sort_key", &SORT_KEYS)?.unwrap_or_default(),
        direction: listing::direction(query)?,
    })
}
