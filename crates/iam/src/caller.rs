//! Who calls: the outcome of a successful authentication.

use std::sync::Arc;

use ledger::{AccountId, Author, Expectation, Origin, UserId};

use crate::{
    AccessKey, Account, Credential, Error, Project, Scope, TemporarySession, Token, TokenDigest,
    User,
};

/// What a caller has shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Shown {
    /// A request signature made with the access key of this name.
    Signature(String),
    /// A request signature made with the temporary access key of this name.
    TemporarySignature(String),
    /// A token.
    Token(TokenDigest),
}

/// Somebody who has proved who they are, for the time of one request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account.
    pub account: Account,
    /// The user.
    pub user: User,
    /// What was shown.
    pub shown: Shown,
    /// The scope of the token, or of the one that a temporary access key was made from; `None` for
    /// signatures with a permanent key, which are good for the whole account.
    pub scope: Option<Scope>,
    /// The policy document that narrows a temporary access key: what is done must be allowed by it
    /// too, even to an owner. JSON.
    pub session_policy: Option<Arc<str>>,
    /// The project that `X-Project-Id` named, checked.
    pub project: Option<Project>,
    author: Author,
}

impl Caller {
    /// The caller that signed with an access key.
    pub(crate) fn by_access_key(found: Credential<AccessKey>, origin: Origin) -> Self {
        let row = found.credential.value.row();
        let proof = Expectation { row, version: found.credential.version };
        let shown = Shown::Signature(found.credential.value.access);
        Self::new(shown, None, vec![proof], (found.user, found.account), origin)
    }

    /// The caller that signed with a temporary access key: good for what its token is good for.
    pub(crate) fn by_temporary_key(found: TemporarySession, origin: Origin) -> Self {
        let TemporarySession { key, token, user, account } = found;
        let proofs = vec![
            Expectation { row: key.value.row(), version: key.version },
            // A key goes with its token; a commit must see that too.
            Expectation { row: token.value.row(), version: token.version },
        ];
        let shown = Shown::TemporarySignature(key.value.access);
        let scope = Some(token.value.scope);
        let caller = Self::new(shown, scope, proofs, (user, account), origin);
        Self { session_policy: key.value.policy.map(Arc::from), ..caller }
    }

    /// The caller that showed a token.
    pub(crate) fn by_token(found: Credential<Token>, origin: Origin) -> Self {
        let token = found.credential.value;
        let proof = Expectation { row: token.row(), version: found.credential.version };
        let shown = Shown::Token(token.digest);
        Self::new(shown, Some(token.scope), vec![proof], (found.user, found.account), origin)
    }

    fn new(
        shown: Shown,
        scope: Option<Scope>,
        proofs: Vec<Expectation>,
        (user, account): (ledger::Versioned<User>, ledger::Versioned<Account>),
        mut origin: Origin,
    ) -> Self {
        origin.actor = ledger::Actor::User(user.value.id);
        let mut expectations = vec![
            Expectation { row: account.value.row(), version: account.version },
            Expectation { row: user.value.row(), version: user.version },
        ];
        expectations.extend(proofs);
        let author = Author { account: account.value.id, origin, expectations };
        Self {
            account: account.value,
            user: user.value,
            shown,
            scope,
            session_policy: None,
            project: None,
            author,
        }
    }

    /// The account's identifier.
    pub fn account_id(&self) -> AccountId {
        self.account.id
    }

    /// The user's identifier.
    pub fn user_id(&self) -> UserId {
        self.user.id
    }

    /// The author of changes to credentials. `CredentialTemporary` when a temporary access key was
    /// shown: what it makes would outlive it.
    pub fn lasting_author(&self) -> Result<&Author, Error> {
        match self.shown {
            Shown::Signature(_) | Shown::Token(_) => Ok(&self.author),
            Shown::TemporarySignature(_) => Err(Error::CredentialTemporary),
        }
    }

    /// On whose behalf changes are made: commits hold only while the account, the user and the
    /// credential are as they were at the authentication.
    pub fn author(&self) -> &Author {
        &self.author
    }
}
