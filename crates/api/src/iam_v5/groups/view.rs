//! A group, as answers show it.

use iam::Group;
use iam::policy::{ResourceType, Urn};
use serde::Serialize;
use utoipa::ToSchema;

use crate::iso_time;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    group: GroupView,
}

/// A group without its users.
#[derive(Serialize, ToSchema)]
pub(super) struct GroupView {
    group_id: String,
    group_name: String,
    description: String,
    urn: String,
    created_at: String,
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        Self {
            group_id: group.id.to_string(),
            urn: Urn::new(ResourceType::Group, group.account, group.id.to_string()).to_string(),
            created_at: iso_time::microseconds(group.created_at),
            group_name: group.name,
            description: group.description,
        }
    }
}

impl From<Group> for Answer {
    fn from(group: Group) -> Self {
        Self { group: group.into() }
    }
}
