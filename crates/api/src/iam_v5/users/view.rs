//! A user, as answers show it.

use iam::policy::{ResourceType, Urn};
use iam::{Standing, User};
use serde::Serialize;
use utoipa::ToSchema;

use crate::iso_time;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    user: UserView,
}

/// A user without its credentials.
#[derive(Serialize, ToSchema)]
pub(super) struct UserView {
    user_id: String,
    user_name: String,
    description: String,
    enabled: bool,
    is_root_user: bool,
    urn: String,
    created_at: String,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            user_id: user.id.to_string(),
            enabled: user.state.is_enabled(),
            is_root_user: user.standing == Standing::Owner,
            urn: Urn::new(ResourceType::User, user.account, user.id.to_string()).to_string(),
            created_at: iso_time::microseconds(user.created_at),
            user_name: user.name,
            description: user.description,
        }
    }
}

impl From<User> for Answer {
    fn from(user: User) -> Self {
        Self { user: user.into() }
    }
}
