//! The table of all routes, and the router made from it.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::admit::{Gate, admit};
use crate::body::BodyLimit;
use crate::family::Family;
use crate::frame::frame;
use crate::gateway::Gateway;
use crate::{Services, health, iam_v3, iam_v5, pca_v1, scm_v3, workspace_v2};

/// The routes that are open to anyone. Every other one wants a proven caller.
pub const OPEN_ROUTES: [(Method, &str); 3] =
    [(Method::GET, "/healthz"), (Method::GET, "/readyz"), (Method::POST, "/v3/auth/tokens")];

/// Who may use a route.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// Who has proved who they are.
    Caller,
    /// Anyone.
    Open,
}

/// One route: a method, a path and the endpoint behind it.
pub(crate) struct Route {
    method: Method,
    path: &'static str,
    family: Family,
    body_limit: BodyLimit,
    endpoint: MethodRouter,
}

impl Route {
    /// The route of `endpoint`.
    pub(crate) fn new<H, T>(family: Family, method: Method, path: &'static str, endpoint: H) -> Self
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        // The gate compares the method exactly; here only one of the right kind is needed.
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let body_limit = BodyLimit::USUAL;
        Self { method, path, family, body_limit, endpoint: on(filter, endpoint) }
    }

    /// The same route with another bound on its body.
    pub(crate) fn with_body(self, body_limit: BodyLimit) -> Self {
        Self { body_limit, ..self }
    }

    fn access(&self) -> Access {
        let open = OPEN_ROUTES.iter().any(|(m, path)| *m == self.method && *path == self.path);
        if open { Access::Open } else { Access::Caller }
    }
}

/// All routes, in the order of their APIs.
fn table() -> impl Iterator<Item = Route> {
    [
        health::routes(),
        pca_v1::routes(),
        workspace_v2::routes(),
        scm_v3::routes(),
        iam_v3::routes(),
        iam_v5::routes(),
    ]
    .into_iter()
    .flatten()
}

/// Every route of [`router`]: method, path pattern, and who may use it.
pub fn routes() -> Vec<(Method, &'static str, Access)> {
    table().map(|route| (route.method.clone(), route.path, route.access())).collect()
}

/// The router of all APIs over `services`.
///
/// The server puts the connection's [`crate::Peer`] into each request's extensions.
pub fn router(services: Services) -> Router {
    let services = Arc::new(services);
    let mut router = Router::new();
    for route in table() {
        let gate = Gate {
            services: Arc::clone(&services),
            method: route.method.clone(),
            access: route.access(),
            family: route.family,
            body_limit: route.body_limit,
        };
        let endpoint = route.endpoint.route_layer(from_fn_with_state(gate, admit));
        router = router.route(route.path, endpoint);
    }
    router
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(from_fn_with_state(services, frame))
}

/// Any path or method that is not in the table.
async fn unknown() -> Gateway {
    Gateway::unknown_api()
}
