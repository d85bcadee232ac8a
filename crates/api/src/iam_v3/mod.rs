//! Identity, version 3: `/v3/auth` and `/v3/projects`, in Keystone's shapes.

mod auth;
mod error;
mod projects;
mod view;

pub(crate) use error::Error;

use axum::http::Method;

use crate::family::Family;
use crate::route::Route;
use auth::tokens;

/// The routes, in the order of their paths.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::Identity;
    vec![
        Route::new(FAMILY, Method::GET, "/v3/auth/domains", auth::domains::handle),
        Route::new(FAMILY, Method::GET, "/v3/auth/projects", auth::projects::handle),
        Route::new(FAMILY, Method::POST, "/v3/auth/tokens", tokens::create::handle),
        Route::new(FAMILY, Method::GET, "/v3/auth/tokens", tokens::show::handle),
        Route::new(FAMILY, Method::HEAD, "/v3/auth/tokens", tokens::check::handle),
        Route::new(FAMILY, Method::DELETE, "/v3/auth/tokens", tokens::revoke::handle),
        Route::new(FAMILY, Method::GET, "/v3/projects", projects::list::handle),
        Route::new(FAMILY, Method::GET, "/v3/projects/{project_id}", projects::show::handle),
    ]
}
