//! `GET /v5/policies/{policy_id}/attached-entities`

use axum::Json;
use axum::http::Uri;
use iam::{Principal, Reach};
use serde::Serialize;
use utoipa::ToSchema;

use super::find::policy;
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::iam_v3_0::Error;
use crate::iam_v5::page::{Page, PageInfo};
use crate::iso_time;
use crate::parameter::given;
use crate::path::Segment;

/// Kinds of what a policy can be attached to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Entity {
    /// A role that services take on, of which there is none here.
    Agency,
    Group,
    User,
}

const ENTITIES: [(&str, Entity); 3] =
    [("agency", Entity::Agency), ("group", Entity::Group), ("user", Entity::User)];

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    policy_agencies: [String; 0],
    #[schema(inline)]
    policy_groups: Vec<OfGroup>,
    #[schema(inline)]
    policy_users: Vec<OfUser>,
    #[schema(inline)]
    page_info: PageInfo,
}

#[derive(Serialize, ToSchema)]
struct OfGroup {
    group_id: String,
    attached_at: String,
}

#[derive(Serialize, ToSchema)]
struct OfUser {
    user_id: String,
    attached_at: String,
}

/// Lists whom a policy is attached to, in pages. There are no agencies here.
#[utoipa::path(
    get,
    path = "/v5/policies/{policy_id}/attached-entities",
    operation_id = "attached_entities",
    params(
        ("policy_id" = String, Path),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "By default 100."),
        ("marker" = Option<String>, Query, description = "Where the page before ended."),
        ("entity_type" = Option<String>, Query, description = "`user`, `group` or `agency`."),
    ),
    responses((status = 200, description = "The users and groups.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(policy_id): Segment,
    uri: Uri,
) -> Result<Json<Answer>, Error> {
    let (page, query) = Page::of(&uri)?;
    let entity = given(query.text("entity_type"));
    let entity = entity.map(|word| choice("entity_type", &word, &ENTITIES)).transpose()?;
    let iam = caller.may_manage_one(Action::ListPolicyEntities, &policy_id).await?;
    let found = policy(iam, caller.account(), &policy_id).await?;
    let mut all = iam.attachments_of(caller.account(), found.id()).await?;
    all.retain(|attachment| {
        let kind = match attachment.principal {
            Principal::Group(_) => Entity::Group,
            Principal::User(_) => Entity::User,
        };
        attachment.reach == Reach::Everywhere && entity.is_none_or(|wanted| wanted == kind)
    });
    let (shown, page_info) = page.cut(all, |attachment| match attachment.principal {
        Principal::Group(id) => format!("group-{id}"),
        Principal::User(id) => format!("user-{id}"),
    });
    let (mut policy_groups, mut policy_users) = (Vec::new(), Vec::new());
    for attachment in shown {
        let attached_at = iso_time::microseconds(attachment.created_at);
        match attachment.principal {
            Principal::Group(id) => {
                policy_groups.push(OfGroup { group_id: id.to_string(), attached_at });
            }
            Principal::User(id) => {
                policy_users.push(OfUser { user_id: id.to_string(), attached_at });
            }
        }
    }
    Ok(Json(Answer { policy_agencies: [], policy_groups, policy_users, page_info }))
}
