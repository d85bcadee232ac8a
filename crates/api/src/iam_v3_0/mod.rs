//! Identity, version 3.0: `/v3.0`, with codes of its own.

mod error;
mod os_credential;
mod os_role;
mod os_user;

pub(crate) use error::Error;

use crate::family::Family;
use crate::route::{Route, route};
use os_credential::{credentials, securitytokens};
use os_role::roles;
use os_user::users;

/// The routes, in the order of their paths.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::IdentityCoded;
    vec![
        route!(FAMILY, credentials::create),
        route!(FAMILY, credentials::list),
        route!(FAMILY, credentials::show),
        route!(FAMILY, credentials::update),
        route!(FAMILY, credentials::delete),
        route!(FAMILY, securitytokens::create),
        route!(FAMILY, roles::create),
        route!(FAMILY, roles::delete),
        route!(FAMILY, roles::list),
        route!(FAMILY, roles::show),
        route!(FAMILY, roles::update),
        route!(FAMILY, users::create),
        route!(FAMILY, users::show),
        route!(FAMILY, users::update),
    ]
}
