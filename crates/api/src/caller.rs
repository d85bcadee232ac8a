//! The caller, as endpoints see it: the only way to the operations.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use iam::{Iam, Scope};
use ledger::{AccountId, Author};
use pki::Pki;

use crate::Services;
use crate::action::{Action, Level};
use crate::gateway::Gateway;

/// A caller who has proved who they are. The admitting layer puts it into the request; an
/// endpoint that does not take it reaches no operation.
#[derive(Clone)]
pub(crate) struct Caller {
    services: Arc<Services>,
    who: iam::Caller,
}

/// The caller may not do this.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Denied(pub(crate) Action);

impl Denied {
    /// What to tell the caller.
    pub(crate) fn text(self) -> String {
        format!("Policy doesn't allow {} to be performed.", self.0.name())
    }
}

impl Caller {
    pub(crate) fn new(services: Arc<Services>, who: iam::Caller) -> Self {
        Self { services, who }
    }

    /// The operations, if the caller may do `action`.
    ///
    /// Every user is an administrator of their account until there are policies, which will be
    /// asked here. What a credential is not good for is refused already: a token for the account
    /// does nothing inside a project.
    pub(crate) fn may(&self, action: Action) -> Result<&Pki, Denied> {
        match (action.level(), self.who.scope) {
            (Level::Project, Some(Scope::Domain)) => Err(Denied(action)),
            (Level::Account | Level::Project, _) => Ok(&self.services.pki),
        }
    }

    /// The identity operations, which themselves keep to the caller's account.
    pub(crate) fn identity(&self) -> &Iam {
        &self.services.iam
    }

    /// Who it is.
    pub(crate) fn who(&self) -> &iam::Caller {
        &self.who
    }

    /// The caller's account.
    pub(crate) fn account(&self) -> AccountId {
        self.who.account_id()
    }

    /// On whose behalf changes are made.
    pub(crate) fn author(&self) -> &Author {
        self.who.author()
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Gateway;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Gateway> {
        // Absent only for an open route whose endpoint asks for a caller: a mistake of ours.
        parts.extensions.remove().ok_or_else(Gateway::internal)
    }
}
