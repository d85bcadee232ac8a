//! The table of all routes, and the router made from it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::openapi::path::{HttpMethod, Operation};

use crate::admit::{Gate, admit};
use crate::body::BodyLimit;
use crate::family::Family;
use crate::frame::{Frame, frame};
use crate::gateway::Gateway;
use crate::measure::Patterns;
use crate::overload::Overload;
use crate::{Services, health, iam_v3, iam_v3_0, iam_v5, pca_v1, scm_v3, workspace_v2};

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

/// When a route is answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Admission {
    /// While there is room.
    Bounded,
    /// Always.
    Always,
}

/// One route: a method, a path and the endpoint behind it.
pub(crate) struct Route {
    method: Method,
    path: &'static str,
    family: Family,
    body_limit: BodyLimit,
    admission: Admission,
    endpoint: MethodRouter,
    documented: Documented,
}

/// What an endpoint's `#[utoipa::path(…)]` says of it.
pub(crate) struct Documented {
    pub(crate) method: HttpMethod,
    pub(crate) operation: Operation,
}

/// The route of the endpoint in a module: its method and path are those of its
/// `#[utoipa::path(…)]`, so that there is no route without a document.
macro_rules! route {
    ($family:expr, $($module:ident)::+) => {
        $crate::route::Route::of::<$($module)::+::__path_handle, _, _>(
            $family,
            $($module)::+::handle,
        )
    };
}
pub(crate) use route;

impl Route {
    /// The route of `endpoint`, as `P` describes it. See [`route!`].
    pub(crate) fn of<P, H, T>(family: Family, endpoint: H) -> Self
    where
        P: utoipa::Path,
        H: Handler<T, ()>,
        T: 'static,
    {
        // There is exactly one: the macro takes no fewer, and the endpoints name no more.
        let document = P::methods().into_iter().next().unwrap_or(HttpMethod::Get);
        let method = method(&document);
        // The gate compares the method exactly; here only one of the right kind is needed.
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        Self {
            method,
            path: lasting(P::path()),
            family,
            body_limit: BodyLimit::USUAL,
            admission: Admission::Bounded,
            endpoint: on(filter, endpoint),
            documented: Documented { method: document, operation: P::operation() },
        }
    }

    /// The same route with another bound on its body.
    pub(crate) fn with_body(self, body_limit: BodyLimit) -> Self {
        Self { body_limit, ..self }
    }

    /// The same route, answered whatever else is under way: who watches a server that is busy must
    /// not take it for dead.
    pub(crate) fn always(self) -> Self {
        Self { admission: Admission::Always, ..self }
    }

    pub(crate) fn path(&self) -> &'static str {
        self.path
    }

    pub(crate) fn family(&self) -> Family {
        self.family
    }

    pub(crate) fn documented(&self) -> &Documented {
        &self.documented
    }

    /// What the documents call the endpoint.
    fn operation(&self) -> &'static str {
        lasting(self.documented.operation.operation_id.clone().unwrap_or_default())
    }

    pub(crate) fn access(&self) -> Access {
        let open = OPEN_ROUTES.iter().any(|(m, path)| *m == self.method && *path == self.path);
        if open { Access::Open } else { Access::Caller }
    }
}

/// The method that a document names.
fn method(document: &HttpMethod) -> Method {
    match document {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
    }
}

/// A path or name for as long as the process lives: each different one is kept once.
fn lasting(path: String) -> &'static str {
    static PATHS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut paths = PATHS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = paths.get(path.as_str()) {
        return path;
    }
    let path: &'static str = Box::leak(path.into_boxed_str());
    paths.insert(path);
    path
}

/// All routes, in the order of their APIs.
fn table() -> impl Iterator<Item = Route> {
    [
        health::routes(),
        pca_v1::routes(),
        workspace_v2::routes(),
        scm_v3::routes(),
        iam_v3::routes(),
        iam_v3_0::routes(),
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
    let patterns = Patterns::of(table().map(|route| (route.path, route.family)));
    let frame_state = Frame { services: Arc::clone(&services), patterns: Arc::new(patterns) };
    let overload = Arc::new(Overload::of(&services.settings.limits));
    let mut router = Router::new();
    for route in table() {
        let gate = Gate {
            services: Arc::clone(&services),
            method: route.method.clone(),
            access: route.access(),
            family: route.family,
            body_limit: route.body_limit,
            operation: route.operation(),
            overload: (route.admission == Admission::Bounded).then(|| Arc::clone(&overload)),
        };
        let endpoint = route.endpoint.route_layer(from_fn_with_state(gate, admit));
        router = router.route(route.path, endpoint);
    }
    router
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(from_fn_with_state(frame_state, frame))
}

/// Any path or method that is not in the table.
async fn unknown() -> Gateway {
    Gateway::unknown_api()
}
