//! `POST /v1/private-certificates/resource-instances/count`

use axum::Json as Answered;
use pki::Page;

use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json as Body;
use crate::pca_v1::Error;
use crate::pca_v1::tag_search::{Conditions, Count};

/// How many certificates have these tags.
#[utoipa::path(
    post,
    path = "/v1/private-certificates/resource-instances/count",
    operation_id = "count_certificates_by_tags",
    request_body = inline(Conditions),
    responses((status = 200, description = "The number.", body = inline(Count)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Body(request): Body<Conditions>,
) -> Result<Answered<Count>, Error> {
    let search = request.parse()?;
    let pki = caller.may(Action::FindCertificates).await?;
    let nothing = Page { limit: 0, offset: 0 };
    let found = pki.find_certificates(caller.account(), &search, nothing).await?;
    Ok(Answered(Count { total_count: found.total }))
}
