//! The OpenAPI documents, one for each API, made from the table of routes.
//!
//! An endpoint's `#[utoipa::path(…)]` says what is its own. What all endpoints of a family share
//! is added here: refusals, credentials, and the headers that every answer has.

mod credentials;
mod refusals;
mod request_id;

use utoipa::openapi::info::{InfoBuilder, LicenseBuilder};
use utoipa::openapi::{ComponentsBuilder, OpenApi, OpenApiBuilder, Paths, RefOr};

use self::request_id::add_request_id;
use crate::route::Route;
use crate::{Access, health, iam_v3, iam_v3_0, iam_v5, pca_v1, scm_v3, workspace_v2};

/// The OpenAPI document of each API, with the name of its file.
///
/// # Errors
///
/// A document that has no JSON form: a mistake of ours.
pub fn documents() -> Result<Vec<(&'static str, String)>, serde_json::Error> {
    [
        ("pca-v1", document("Private CA, version 1", pca_v1::routes())),
        ("scm-v3", document("SSL certificates, version 3", scm_v3::routes())),
        ("workspace-v2", document("Workspace certificates, version 2", workspace_v2::routes())),
        ("iam-v3", document("Identity, version 3", iam_v3::routes())),
        ("iam-v3.0", document("Identity, version 3.0", iam_v3_0::routes())),
        ("iam-v5", document("Identity, version 5", iam_v5::routes())),
        ("health", document("Health of the server", health::routes())),
    ]
    .into_iter()
    .map(|(name, document)| Ok((name, document.to_pretty_json()? + "\n")))
    .collect()
}

fn document(title: &str, routes: Vec<Route>) -> OpenApi {
    let mut components = credentials::schemes(request_id::components(ComponentsBuilder::new()));
    let mut paths = Paths::new();
    for route in routes {
        let documented = route.documented();
        let mut operation = documented.operation.clone();
        for response in operation.responses.responses.values_mut() {
            if let RefOr::T(response) = response {
                add_request_id(response);
            }
        }
        refusals::add(route.family(), &documented.method, &mut operation);
        components = refusals::components(route.family(), components);
        if route.access() == Access::Caller {
            operation.security = Some(credentials::either());
        }
        paths.add_path_operation(route.path(), vec![documented.method.clone()], operation);
    }
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new().title(title).version("1").license(Some(license)).build();
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components.build())).build()
}
