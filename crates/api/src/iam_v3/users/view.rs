//! A user, as version 3 of the identity API shows it.

use iam::User;
use serde::Serialize;
use utoipa::ToSchema;

use crate::iam_v3::view::{PageLinks, page_links};

/// A user. Passwords here neither expire nor have to be changed at the first sign-in.
#[derive(Serialize, ToSchema)]
pub(in crate::iam_v3) struct UserView {
    id: String,
    name: String,
    domain_id: String,
    enabled: bool,
    description: String,
    pwd_status: bool,
    password_expires_at: Option<String>,
    access_mode: &'static str,
    #[schema(inline)]
    links: PageLinks,
}

/// `{"user": {…}}`
#[derive(Serialize, ToSchema)]
pub(in crate::iam_v3) struct Answer {
    #[schema(inline)]
    user: UserView,
}

/// A list of users.
#[derive(Serialize, ToSchema)]
pub(in crate::iam_v3) struct Users {
    #[schema(inline)]
    links: PageLinks,
    #[schema(inline)]
    users: Vec<UserView>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            links: page_links(&format!("/v3/users/{}", user.id)),
            id: user.id.to_string(),
            name: user.name,
            domain_id: user.account.to_string(),
            enabled: user.state.is_enabled(),
            description: user.description,
            pwd_status: false,
            password_expires_at: None,
            access_mode: "default",
        }
    }
}

impl From<User> for Answer {
    fn from(user: User) -> Self {
        Self { user: user.into() }
    }
}

/// A list of users, found under `path`.
pub(in crate::iam_v3) fn users(path: &str, users: Vec<User>) -> Users {
    Users { links: page_links(path), users: users.into_iter().map(Into::into).collect() }
}
