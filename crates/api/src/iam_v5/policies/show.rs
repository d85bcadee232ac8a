//! `GET /v5/policies/{policy_id}`

use axum::Json;
use iam::Reach;

use super::find::policy;
use super::view::{Answer, PolicyView};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::path::Segment;

/// Shows a policy, the account's own or one of the system, without its document.
#[utoipa::path(
    get,
    path = "/v5/policies/{policy_id}",
    operation_id = "policy",
    params(
        ("policy_id" = String, Path),
    ),
    responses((status = 200, description = "The policy.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(policy_id): Segment,
) -> Result<Json<Answer>, Error> {
    let iam = caller.may_manage_one(Action::ShowPolicy, &policy_id).await?;
    let found = policy(iam, caller.account(), &policy_id).await?;
    let counts = iam.attachment_counts(caller.account(), Reach::Everywhere).await?;
    let count = counts.get(&found.id()).copied().unwrap_or_default();
    Ok(Json(PolicyView::new(found, count).into()))
}
