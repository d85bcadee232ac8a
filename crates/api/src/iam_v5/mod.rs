//! Identity, version 5: `/v5`.

mod caller_identity;
mod caller_password;
mod users;

use crate::family::Family;
use crate::route::{Route, route};
use users::access_keys;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::IdentityCoded;
    vec![
        route!(Family::Plain, caller_identity),
        route!(FAMILY, caller_password),
        route!(FAMILY, access_keys::create),
        route!(FAMILY, access_keys::list),
        route!(FAMILY, access_keys::update),
        route!(FAMILY, access_keys::delete),
    ]
}
