//! `GET /v5/users/{user_id}/access-keys`

use axum::Json;
use axum::http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::Shown;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::parameter::given;
use crate::path::Segment;
use crate::query::Query;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    access_keys: Vec<Shown>,
    #[schema(inline)]
    page_info: PageInfo,
}

#[derive(Serialize, ToSchema)]
struct PageInfo {
    current_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

/// Lists the access keys of a user, in pages. A page's marker is the name of its last key.
#[utoipa::path(
    get,
    path = "/v5/users/{user_id}/access-keys",
    operation_id = "access_keys",
    params(
        ("user_id" = String, Path),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "By default 100."),
        ("marker" = Option<String>, Query, description = "Where the page before ended."),
    ),
    responses((status = 200, description = "The keys, without secrets.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(user_id): Segment,
    uri: Uri,
) -> Result<Json<Answer>, Error> {
    let (iam, user) = caller.may_for_user(Action::ListAccessKeys, &user_id).await?;
    let query = Query::of(&uri)?;
    let limit = query.number("limit", 1..=200)?.unwrap_or(100);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let marker = given(query.text("marker"));

    let keys = iam.access_keys(caller.account(), user).await?;
    let start = marker.and_then(|marker| keys.iter().position(|key| key.access == marker));
    let mut rest = keys.into_iter().skip(start.map_or(0, |at| at + 1)).peekable();
    let access_keys: Vec<Shown> = rest.by_ref().take(limit).map(Into::into).collect();
    let last = access_keys.last().map(|key| key.access_key_id.clone());
    let next_marker = if rest.peek().is_some() { last } else { None };
    let page_info = PageInfo { current_count: access_keys.len(), next_marker };
    Ok(Json(Answer { access_keys, page_info }))
}
