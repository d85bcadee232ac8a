//! `GET /v5/users`

use axum::Json;
use axum::http::Uri;
use iam::UserFilter;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::UserView;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::id;
use crate::iam_v5::page::{Page, PageInfo};
use crate::parameter::given;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    users: Vec<UserView>,
    #[schema(inline)]
    page_info: PageInfo,
}

/// Lists the users of the account, in pages.
#[utoipa::path(
    get,
    path = "/v5/users",
    operation_id = "users",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "By default 100."),
        ("marker" = Option<String>, Query, description = "Where the page before ended."),
        ("group_id" = Option<String>, Query, description = "Only those of this group."),
        ("access_key_id" = Option<String>, Query, description = "Only the one of this key."),
    ),
    responses((status = 200, description = "The users.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Answer>, Error> {
    let (page, query) = Page::of(&uri)?;
    let iam = caller.may_manage(Action::ListUsers).await?;
    let account = caller.account();
    let mut filter = UserFilter::of(account);
    if let Some(group) = given(query.text("group_id")) {
        filter.group = Some(iam.group(account, id::group(&group)?).await?.id);
    }
    let users = match given(query.text("access_key_id")) {
        Some(access) => {
            let of_key = iam.access_key(account, &access).await?.user;
            let mut users = iam.users(&filter).await?;
            users.retain(|user| user.id == of_key);
            users
        }
        None => {
            (filter.after, filter.limit) = page.read();
            iam.users(&filter).await?
        }
    };
    let (users, page_info) = page.cut(users, |user| user.id.to_string());
    Ok(Json(Answer { users: users.into_iter().map(Into::into).collect(), page_info }))
}
