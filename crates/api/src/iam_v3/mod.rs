//! Identity, version 3: `/v3/auth` and `/v3/projects`, in Keystone's shapes.

mod auth;
mod domains;
mod error;
pub(crate) mod flags;
mod groups;
mod os_inherit;
mod own;
mod projects;
pub(crate) mod roles;
pub(crate) mod users;
mod view;

pub(crate) use error::Error;

use crate::family::Family;
use crate::route::{Route, route};
use auth::tokens;

/// The routes, in the order of their paths.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::Identity;
    vec![
        route!(FAMILY, auth::domains),
        route!(FAMILY, auth::projects),
        route!(FAMILY, tokens::create),
        route!(FAMILY, tokens::show),
        route!(FAMILY, tokens::check),
        route!(FAMILY, tokens::revoke),
        route!(FAMILY, projects::list),
        route!(FAMILY, projects::show),
        route!(FAMILY, users::password),
        route!(FAMILY, users::create),
        route!(FAMILY, users::delete),
        route!(FAMILY, users::groups),
        route!(FAMILY, users::list),
        route!(FAMILY, users::show),
        route!(FAMILY, users::update),
        route!(FAMILY, groups::create),
        route!(FAMILY, groups::delete),
        route!(FAMILY, groups::list),
        route!(FAMILY, groups::show),
        route!(FAMILY, groups::update),
        route!(FAMILY, groups::users::add),
        route!(FAMILY, groups::users::check),
        route!(FAMILY, groups::users::list),
        route!(FAMILY, groups::users::remove),
        route!(FAMILY, roles::list),
        route!(FAMILY, roles::show),
        route!(FAMILY, domains::groups::roles::check),
        route!(FAMILY, domains::groups::roles::grant),
        route!(FAMILY, domains::groups::roles::list),
        route!(FAMILY, domains::groups::roles::revoke),
        route!(FAMILY, projects::groups::roles::check),
        route!(FAMILY, projects::groups::roles::grant),
        route!(FAMILY, projects::groups::roles::list),
        route!(FAMILY, projects::groups::roles::revoke),
        route!(FAMILY, os_inherit::domains::groups::roles::check),
        route!(FAMILY, os_inherit::domains::groups::roles::grant),
        route!(FAMILY, os_inherit::domains::groups::roles::list),
        route!(FAMILY, os_inherit::domains::groups::roles::revoke),
    ]
}
