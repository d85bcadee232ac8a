//! A group, as version 3 of the identity API shows it.

use iam::Group;
use serde::Serialize;
use utoipa::ToSchema;

use crate::iam_v3::view::{PageLinks, page_links};

/// A group.
#[derive(Serialize, ToSchema)]
pub(in crate::iam_v3) struct GroupView {
    id: String,
    name: String,
    domain_id: String,
    description: String,
    /// Milliseconds since 1970.
    create_time: i64,
    #[schema(inline)]
    links: PageLinks,
}

/// `{"group": {…}}`
#[derive(Serialize, ToSchema)]
pub(in crate::iam_v3) struct Answer {
    #[schema(inline)]
    group: GroupView,
}

/// A list of groups.
#[derive(Serialize, ToSchema)]
pub(in crate::iam_v3) struct Groups {
    #[schema(inline)]
    links: PageLinks,
    #[schema(inline)]
    groups: Vec<GroupView>,
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        Self {
            links: page_links(&format!("/v3/groups/{}", group.id)),
            id: group.id.to_string(),
            name: group.name,
            domain_id: group.account.to_string(),
            description: group.description,
            create_time: group.created_at.as_millis(),
        }
    }
}

impl From<Group> for Answer {
    fn from(group: Group) -> Self {
        Self { group: group.into() }
    }
}

/// A list of groups, found under `path`.
pub(in crate::iam_v3) fn groups(path: &str, groups: Vec<Group>) -> Groups {
    Groups { links: page_links(path), groups: groups.into_iter().map(Into::into).collect() }
}
