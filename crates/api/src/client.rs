//! The client of a request before it has proved who it is.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ledger::{Actor, Origin, RequestId};

use crate::Services;
use crate::gateway::Gateway;

/// From where a request comes, and its id. Every request carries it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    pub(crate) address: Option<IpAddr>,
    pub(crate) request_id: RequestId,
}

impl Client {
    /// The origin of what this client does while it is known only by what it claims to be.
    pub(crate) fn origin(&self, claim: Option<&str>) -> Origin {
        // An audit event takes 64 characters of what anybody may claim.
        let claim = claim.map(|claim| claim.chars().take(64).collect());
        Origin {
            actor: Actor::Anonymous(claim),
            address: self.address,
            request_id: self.request_id.to_string(),
        }
    }
}

/// A client on a route that is open to anyone.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) services: Arc<Services>,
    pub(crate) client: Client,
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Gateway;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Gateway> {
        // Present on open routes alone, so that no other endpoint gets past `Caller::may`.
        parts.extensions.remove().ok_or_else(Gateway::internal)
    }
}
