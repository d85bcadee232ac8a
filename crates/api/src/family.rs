//! The families of APIs, for what is answered before an endpoint runs: in the family's own words.

use axum::response::{IntoResponse, Response};

use crate::gateway::Gateway;
use crate::parameter::BadParameter;
use crate::problem::log_internal;
use crate::{iam_v3, iam_v3_0, pca_v1, scm_v3, workspace_v2};

/// Where the paths of Keystone's kind begin.
const IDENTITY_ROOTS: [&str; 7] = [
    "/v3/OS-INHERIT",
    "/v3/auth",
    "/v3/domains",
    "/v3/groups",
    "/v3/projects",
    "/v3/roles",
    "/v3/users",
];

/// A family of APIs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Family {
    /// `/v3/auth`, `/v3/users` and their like: Keystone's words.
    Identity,
    /// `/v3.0` and `/v5`: the identity API's own codes.
    IdentityCoded,
    /// `/v5/caller-identity`, `/healthz`, `/readyz`: the gateway's words.
    Plain,
    /// `/v1/private-certificate-authorities`.
    PrivateCa,
    /// `/v3/scm`.
    Scm,
    /// `/v2/{project_id}/certmanager`.
    Workspace,
}

impl Family {
    /// Its name in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::IdentityCoded => "identity_coded",
            Self::Plain => "plain",
            Self::PrivateCa => "private_ca",
            Self::Scm => "scm",
            Self::Workspace => "workspace",
        }
    }

    /// Whether a path is the identity API's, be there a route or not.
    pub(crate) fn is_identity(path: &str) -> bool {
        IDENTITY_ROOTS.into_iter().any(|root| {
            path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// The answer to a request with a wrong parameter.
    pub(crate) fn bad_parameter(self, bad: BadParameter) -> Response {
        match self {
            Self::Identity => iam_v3::Error::from(bad).into_response(),
            Self::IdentityCoded => iam_v3_0::Error::from(bad).into_response(),
            Self::Plain => Gateway::bad_request().into_response(),
            Self::PrivateCa => pca_v1::Error::from(bad).into_response(),
            Self::Scm => scm_v3::Error::from(bad).into_response(),
            Self::Workspace => workspace_v2::Error::from(bad).into_response(),
        }
    }

    /// The answer to somebody who is not let in. The product APIs leave it to the gateway.
    pub(crate) fn not_admitted(self, error: iam::Error) -> Response {
        match self {
            Self::Identity => iam_v3::Error::from(error).into_response(),
            Self::IdentityCoded | Self::Plain | Self::PrivateCa | Self::Scm | Self::Workspace => {
                if let iam::Error::Internal(cause) = &error {
                    log_internal(&**cause);
                }
                Gateway::from(&error).into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Route;
    use crate::{health, iam_v5};

    #[test]
    fn the_paths_of_keystones_kind_are_those_of_its_routes() {
        let is_identity = |route: &Route| Family::is_identity(route.path());
        assert!(iam_v3::routes().iter().all(is_identity));
        for routes in [
            health::routes(),
            iam_v3_0::routes(),
            iam_v5::routes(),
            pca_v1::routes(),
            scm_v3::routes(),
            workspace_v2::routes(),
        ] {
            assert!(!routes.iter().any(is_identity));
        }
        assert!(!Family::is_identity("/v3/authors"));
    }
}
