//! Issuing a token to somebody who has been found out already.

use std::time::Duration;

use ledger::{Actor, AuditEvent, Changes, Origin, Outcome, ProjectId, Versioned};

use crate::iam::Committed;
use crate::{
    Account, Error, Iam, Method, Named, Project, ProjectFilter, Record, RequestedScope, Scope,
    Session, Token, TokenText, User,
};

/// For whom a token is issued; each with the version that the decision rests on.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) account: Versioned<Account>,
    pub(crate) user: Versioned<User>,
    pub(crate) project: Option<Versioned<Project>>,
    pub(crate) method: Method,
    pub(crate) lifetime: Duration,
    /// The hash of the password that was shown, at the cost of today, when the one that is kept is
    /// cheaper: it is kept instead.
    pub(crate) rehashed: Option<String>,
}

impl Iam {
    /// The project of the scope that a user of `account` asks for; `None` is the account.
    pub(crate) async fn scope(
        &self,
        account: &Account,
        requested: Option<&RequestedScope>,
    ) -> Result<Option<Versioned<Project>>, Error> {
        match requested {
            None => Ok(None),
            Some(RequestedScope::Domain(named)) => {
                let is_own = match named {
                    Named::Id(id) => *id == account.id.to_string(),
                    Named::Name(name) => *name == account.name,
                };
                if is_own { Ok(None) } else { Err(Error::ScopeMismatch) }
            }
            Some(RequestedScope::Project(named)) => {
                self.own_project(account, named).await.map(Some)
            }
        }
    }

    async fn own_project(
        &self,
        account: &Account,
        named: &Named,
    ) -> Result<Versioned<Project>, Error> {
        let (text, project) = match named {
            Named::Id(id) => match id.parse::<ProjectId>() {
                Ok(project) => (id, self.directory().project(project).await?),
                Err(_) => (id, None),
            },
            Named::Name(name) => {
                let filter = ProjectFilter {
                    account: account.id,
                    name: Some(name.clone()),
                    state: None,
                    offset: 0,
                    limit: 1,
                };
                (name, self.directory().projects(&filter).await?.pop())
            }
        };
        project
            .filter(|project| project.value.account == account.id)
            .filter(|project| project.value.state.is_enabled())
            .ok_or_else(|| Error::ProjectUnknown(text.clone()))
    }

    /// Issues a token, with the audit event `action` in the same commit. `None` when somebody has
    /// changed what the grant rests on.
    pub(crate) async fn issue(
        &self,
        grant: &Grant,
        action: &'static str,
        actor: Actor,
        origin: &Origin,
    ) -> Result<Option<(TokenText, Session)>, Error> {
        let Grant { account, user, project, method, lifetime, rehashed } = grant;
        let text = TokenText::generate(&*self.ports.random);
        let issued_at = self.now();
        let token = Token {
            digest: text.digest(),
            user: user.value.id,
            account: account.value.id,
            scope: project.as_ref().map_or(Scope::Domain, |p| Scope::Project(p.value.id)),
            generation: user.value.generation,
            methods: vec![*method],
            issued_at,
            expires_at: issued_at + *lifetime,
        };
        let session = Session {
            account: account.value.clone(),
            user: user.value.clone(),
            project: project.as_ref().map(|project| project.value.clone()),
            methods: token.methods.clone(),
            issued_at,
            expires_at: token.expires_at,
        };
        let event = AuditEvent {
            at: issued_at,
            account: Some(account.value.id),
            origin: Origin { actor, ..origin.clone() },
            action,
            object: Some(user.value.id.to_string()),
            outcome: Outcome::Done,
            detail: Some(match token.scope {
                Scope::Domain => "scope: domain".to_owned(),
                Scope::Project(project) => format!("scope: project {project}"),
            }),
            count: 1,
        };

        let id = self.new_change_id();
        let mut changes = Changes::new(id, event)
            .insert(token)
            .expect(account.value.row(), account.version)
            .expect(user.value.row(), user.version);
        if let Some(project) = project {
            changes = changes.expect(project.value.row(), project.version);
        }
        if let Some(hash) = rehashed {
            let user_then = User { password_hash: Some(hash.clone()), ..user.value.clone() };
            changes = changes.replace(Record::Rehash(user_then), user.version);
        }
        match self.commit(id, changes).await? {
            Committed::Done => Ok(Some((text, session))),
            Committed::Conflict => Ok(None),
        }
    }
}
