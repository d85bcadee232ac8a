//! Identity, version 5: `/v5`.

mod attached;
mod caller_identity;
mod caller_password;
mod groups;
mod id;
mod page;
mod policies;
mod users;

use crate::family::Family;
use crate::route::{Route, route};
use policies::versions;
use users::access_keys;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::IdentityCoded;
    vec![
        route!(Family::Plain, caller_identity),
        route!(FAMILY, caller_password),
        route!(FAMILY, groups::add_user),
        route!(FAMILY, groups::attached_policies),
        route!(FAMILY, groups::create),
        route!(FAMILY, groups::delete),
        route!(FAMILY, groups::list),
        route!(FAMILY, groups::remove_user),
        route!(FAMILY, groups::show),
        route!(FAMILY, groups::update),
        route!(FAMILY, policies::attach_group),
        route!(FAMILY, policies::attach_user),
        route!(FAMILY, policies::attached_entities),
        route!(FAMILY, policies::create),
        route!(FAMILY, policies::delete),
        route!(FAMILY, policies::detach_group),
        route!(FAMILY, policies::detach_user),
        route!(FAMILY, policies::list),
        route!(FAMILY, policies::show),
        route!(FAMILY, policies::update),
        route!(FAMILY, versions::create),
        route!(FAMILY, versions::delete),
        route!(FAMILY, versions::list),
        route!(FAMILY, versions::set_default),
        route!(FAMILY, versions::show),
        route!(FAMILY, users::attached_policies),
        route!(FAMILY, users::create),
        route!(FAMILY, users::delete),
        route!(FAMILY, users::list),
        route!(FAMILY, users::show),
        route!(FAMILY, users::update),
        route!(FAMILY, access_keys::create),
        route!(FAMILY, access_keys::list),
        route!(FAMILY, access_keys::update),
        route!(FAMILY, access_keys::delete),
    ]
}
