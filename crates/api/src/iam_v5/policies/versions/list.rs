//! `GET /v5/policies/{policy_id}/versions`

use axum::Json;
use axum::http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::{VersionView, versions};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::page::{Page, PageInfo};
use crate::iam_v5::policies::find::policy;
use crate::path::Segment;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    versions: Vec<VersionView>,
    #[schema(inline)]
    page_info: PageInfo,
}

/// Lists the versions of a policy with their documents, in pages, the oldest first.
#[utoipa::path(
    get,
    path = "/v5/policies/{policy_id}/versions",
    operation_id = "policy_versions",
    params(
        ("policy_id" = String, Path),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "By default 100."),
        ("marker" = Option<String>, Query, description = "Where the page before ended."),
    ),
    responses((status = 200, description = "The versions.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(policy_id): Segment,
    uri: Uri,
) -> Result<Json<Answer>, Error> {
    let (page, _) = Page::of(&uri)?;
    let iam = caller.may_manage_one(Action::ListPolicyVersions, &policy_id).await?;
    let found = policy(iam, caller.account(), &policy_id).await?;
    // Of one width, so that their order is that of the numbers.
    let (versions, page_info) =
        page.cut(versions(found), |version| format!("v{:010}", version.number));
    Ok(Json(Answer { versions, page_info }))
}
