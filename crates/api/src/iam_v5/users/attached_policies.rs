//! `GET /v5/users/{user_id}/attached-policies`

use axum::Json;
use axum::http::Uri;
use iam::Principal;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::attached::{Attached, attached_to};
use crate::iam_v5::page::Page;
use crate::path::Segment;

/// Lists the policies that are attached to a user itself, in pages.
#[utoipa::path(
    get,
    path = "/v5/users/{user_id}/attached-policies",
    operation_id = "attached_user_policies",
    params(
        ("user_id" = String, Path),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "By default 100."),
        ("marker" = Option<String>, Query, description = "Where the page before ended."),
    ),
    responses((status = 200, description = "The policies.", body = inline(Attached)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(user_id): Segment,
    uri: Uri,
) -> Result<Json<Attached>, Error> {
    let (page, _) = Page::of(&uri)?;
    let (iam, user) = caller.may_for_user(Action::ListAttachedUserPolicies, &user_id).await?;
    let of = (iam, caller.account());
    Ok(Json(attached_to(of, Principal::User(user), page).await?))
}
