//! Identity, version 5: `/v5`.

mod caller_identity;

use axum::http::Method;

use crate::family::Family;
use crate::route::Route;

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::new(Family::Plain, Method::GET, "/v5/caller-identity", caller_identity::handle)]
}
