//! A user, as version 3.0 of the identity API shows it.

use iam::{Standing, User};
use serde::Serialize;
use utoipa::ToSchema;

use crate::iso_time;

/// A user. Mail addresses and telephone numbers are not kept.
#[derive(Serialize, ToSchema)]
pub(super) struct UserView {
    id: String,
    name: String,
    domain_id: String,
    enabled: bool,
    description: String,
    pwd_status: bool,
    is_domain_owner: bool,
    access_mode: &'static str,
    create_time: String,
    email: &'static str,
    areacode: &'static str,
    phone: &'static str,
}

/// `{"user": {…}}`
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    user: UserView,
}

impl From<User> for Answer {
    fn from(user: User) -> Self {
        let user = UserView {
            id: user.id.to_string(),
            name: user.name,
            domain_id: user.account.to_string(),
            enabled: user.state.is_enabled(),
            description: user.description,
            pwd_status: false,
            is_domain_owner: user.standing == Standing::Owner,
            access_mode: "default",
            create_time: iso_time::microseconds(user.created_at),
            email: "",
            areacode: "",
            phone: "",
        };
        Self { user }
    }
}
