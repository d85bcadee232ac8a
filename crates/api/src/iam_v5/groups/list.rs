//! `GET /v5/groups`

use axum::Json;
use axum::http::Uri;
use iam::GroupFilter;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::GroupView;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::iam_v5::page::{Page, PageInfo};
use crate::parameter::given;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    groups: Vec<GroupView>,
    #[schema(inline)]
    page_info: PageInfo,
}

/// Lists the groups of the account, or those of a user, in pages.
#[utoipa::path(
    get,
    path = "/v5/groups",
    operation_id = "groups",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "By default 100."),
        ("marker" = Option<String>, Query, description = "Where the page before ended."),
        ("user_id" = Option<String>, Query, description = "Only those that this user is in."),
    ),
    responses((status = 200, description = "The groups.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Answer>, Error> {
    let (page, query) = Page::of(&uri)?;
    let (after, limit) = page.read();
    let mut filter = GroupFilter { after, limit, ..GroupFilter::of(caller.account()) };
    let iam = match given(query.text("user_id")) {
        Some(user_id) => {
            let (iam, user) = caller.may_for_user(Action::ListUserGroups, &user_id).await?;
            filter.member = Some(iam.user(caller.account(), user).await?.id);
            iam
        }
        None => caller.may_manage(Action::ListGroups).await?,
    };
    let groups = iam.groups(&filter).await?;
    let (groups, page_info) = page.cut(groups, |group| group.id.to_string());
    Ok(Json(Answer { groups: groups.into_iter().map(Into::into).collect(), page_info }))
}
