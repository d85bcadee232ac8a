//! The caller, as endpoints see it: the only way to the operations.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use iam::Iam;
use iam::policy::{Decision, Target, Who};
use ledger::{AccountId, Author, CaId, ProjectId};
use pki::Pki;

use crate::Services;
use crate::action::Action;
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

/// Why somebody does not get to an operation.
#[derive(Debug)]
pub(crate) enum NotAllowed {
    /// They may not do it.
    Denied(Denied),
    /// Whether they may could not be found out.
    Failed(iam::Error),
}

impl From<iam::Error> for NotAllowed {
    fn from(error: iam::Error) -> Self {
        Self::Failed(error)
    }
}

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

    /// Whether authorities here can have OCSP answers; nobody needs leave to know.
    pub(crate) fn has_ocsp(&self) -> bool {
        self.services.pki.can_answer_ocsp()
    }

    /// The operations, if the caller may do `action` on whatever resource of its type: for actions
    /// without a resource, and for those that list.
    pub(crate) async fn may(&self, action: Action) -> Result<&Pki, NotAllowed> {
        self.may_with(action, &Target::any()).await
    }

    /// The operations, if the caller may do `action` to `target`: for what the request says of
    /// something new, or of what is listed.
    pub(crate) async fn may_with(
        &self,
        action: Action,
        target: &Target,
    ) -> Result<&Pki, NotAllowed> {
        self.authorize(action, target).await?;
        Ok(&self.services.pki)
    }

    /// The operations, if the caller may do `action` within this project. What a credential is not
    /// good for is refused too: a token for the account does nothing inside a project.
    pub(crate) async fn may_in(
        &self,
        action: Action,
        project: ProjectId,
    ) -> Result<&Pki, NotAllowed> {
        self.may_with(action, &Target::in_project(project)).await
    }

    /// The operations, if the caller may do `action` on the authority `id`. Who may do it on no
    /// authority at all is denied; otherwise one that is not there is left to the operation, which
    /// does not find it.
    pub(crate) async fn may_on_authority(
        &self,
        action: Action,
        id: CaId,
    ) -> Result<&Pki, NotAllowed> {
        self.may_tag(action, id, Vec::new()).await
    }

    /// As [`Caller::may_on_authority`], for a request that gives tags.
    pub(crate) async fn may_tag(
        &self,
        action: Action,
        id: CaId,
        request_tags: Vec<(String, String)>,
    ) -> Result<&Pki, NotAllowed> {
        self.may_ask(action, id, Target { request_tags, ..Target::one(id) }).await
    }

    /// As [`Caller::may_on_authority`], for a request that asks the authority for a certificate with
    /// this common name.
    pub(crate) async fn may_issue(
        &self,
        action: Action,
        id: CaId,
        common_name: String,
    ) -> Result<&Pki, NotAllowed> {
        let common_name = Some(common_name);
        self.may_ask(action, id, Target { common_name, ..Target::one(id) }).await
    }

    /// The same, with what the request says; what the authority is like is added.
    async fn may_ask(&self, action: Action, id: CaId, asked: Target) -> Result<&Pki, NotAllowed> {
        let pki = &self.services.pki;
        if Who::from(&self.who).may_everything() {
            return Ok(pki);
        }
        match pki.authority_attributes(self.account(), id).await {
            Ok(attributes) => {
                let tags = attributes.tags.iter();
                let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
                let target = Target {
                    resource_tags: tags.map(owned).collect(),
                    enterprise_project: Some(attributes.enterprise_project),
                    ..asked
                };
                self.may_with(action, &target).await
            }
            Err(pki::Error::AuthorityNotFound(_)) => {
                let who = Who::from(&self.who);
                let somewhere = self.services.iam.may_somewhere(who, action).await?;
                if somewhere { Ok(pki) } else { Err(NotAllowed::Denied(Denied(action))) }
            }
            Err(pki::Error::Busy) => Err(NotAllowed::Failed(iam::Error::TooBusy)),
            Err(error) => Err(NotAllowed::Failed(iam::Error::Internal(Box::new(error)))),
        }
    }

    /// The operations on users, groups, policies and credentials, if the caller may do `action` on
    /// whatever resource of its type.
    pub(crate) async fn may_manage(&self, action: Action) -> Result<&Iam, NotAllowed> {
        self.authorize(action, &Target::any()).await?;
        Ok(&self.services.iam)
    }

    /// The operations on users, groups, policies and credentials, if the caller may do `action` on
    /// the user, group or policy `id`, be it there or not.
    pub(crate) async fn may_manage_one(
        &self,
        action: Action,
        id: impl ToString,
    ) -> Result<&Iam, NotAllowed> {
        self.authorize(action, &Target::one(id)).await?;
        Ok(&self.services.iam)
    }

    async fn authorize(&self, action: Action, target: &Target) -> Result<(), NotAllowed> {
        let who = Who::from(&self.who);
        match self.services.iam.authorize(who, action, target).await? {
            Decision::Allowed(_) => Ok(()),
            Decision::Denied(_) => Err(NotAllowed::Denied(Denied(action))),
        }
    }

    /// The identity operations that everybody has on what is their own; they keep to the caller's
    /// account by themselves.
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
