//! What every request asks for, read once in an epoch: credentials, projects, policies.
//!
//! Only what lets somebody through is kept, so that nothing is refused because of it; where that is
//! not so, with policies, the epoch is asked for before the refusal. What is committed expects the
//! rows of its author besides, whatever was kept.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::Arc;

use ledger::{Epoch, ProjectId, UserId, Versioned};
use quick_cache::sync::Cache;

use crate::authenticate::{is_outlived, may_sign_in};
use crate::{AccessKey, AttachedPolicy, Credential, Error, Iam, Project, Token, TokenDigest};

/// How many of each kind are kept: some hundred octets each.
const CAPACITY: usize = 4096;

/// Things by their keys, each with the epoch in which it was read.
struct Shelf<K, V>(Cache<K, (Epoch, Arc<V>)>);

impl<K: Clone + Eq + Hash, V> Shelf<K, V> {
    fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    fn find<Q>(&self, key: &Q, epoch: Option<Epoch>) -> Option<Arc<V>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        let (read_in, kept) = self.0.get(key)?;
        (Some(read_in) == epoch).then_some(kept)
    }

    /// Keeps what was read after this epoch was asked for.
    fn keep(&self, key: K, epoch: Option<Epoch>, value: &Arc<V>) {
        if let Some(epoch) = epoch {
            self.0.insert(key, (epoch, Arc::clone(value)));
        }
    }
}

/// What was read lately.
pub(crate) struct Kept {
    access_keys: Shelf<String, Credential<AccessKey>>,
    policies: Shelf<UserId, Vec<AttachedPolicy>>,
    projects: Shelf<ProjectId, Versioned<Project>>,
    tokens: Shelf<TokenDigest, Credential<Token>>,
}

impl Kept {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            access_keys: Shelf::new(),
            policies: Shelf::new(),
            projects: Shelf::new(),
            tokens: Shelf::new(),
        }
    }
}

/// The policies of a user, and in which epoch they were read.
pub(crate) struct Attached {
    /// As [`Directory::attached_policies`](crate::Directory::attached_policies) tells them.
    pub(crate) policies: Arc<Vec<AttachedPolicy>>,
    epoch: Option<Epoch>,
}

impl Iam {
    /// The permanent access key of this name.
    pub(crate) async fn credential(
        &self,
        access: &str,
    ) -> Result<Option<Arc<Credential<AccessKey>>>, Error> {
        let epoch = self.directory().epoch().await?;
        if let Some(kept) = self.kept.access_keys.find(access, epoch) {
            return Ok(Some(kept));
        }
        let found = self.directory().credential_by_access_key(access).await?.map(Arc::new);
        if let Some(found) = &found
            && found.credential.value.state.is_enabled()
            && may_sign_in(&found.user.value, &found.account.value)
        {
            self.kept.access_keys.keep(access.to_owned(), epoch, found);
        }
        Ok(found)
    }

    /// The token of this digest.
    pub(crate) async fn session_of_token(
        &self,
        digest: TokenDigest,
    ) -> Result<Option<Arc<Credential<Token>>>, Error> {
        let epoch = self.directory().epoch().await?;
        if let Some(kept) = self.kept.tokens.find(&digest, epoch) {
            return Ok(Some(kept));
        }
        let found = self.directory().session_by_token(digest).await?.map(Arc::new);
        if let Some(found) = &found
            && may_sign_in(&found.user.value, &found.account.value)
            && !is_outlived(found)
        {
            self.kept.tokens.keep(digest, epoch, found);
        }
        Ok(found)
    }

    /// The project of this identifier.
    pub(crate) async fn known_project(
        &self,
        id: ProjectId,
    ) -> Result<Option<Arc<Versioned<Project>>>, Error> {
        let epoch = self.directory().epoch().await?;
        if let Some(kept) = self.kept.projects.find(&id, epoch) {
            return Ok(Some(kept));
        }
        let found = self.directory().project(id).await?.map(Arc::new);
        if let Some(found) = &found
            && found.value.state.is_enabled()
        {
            self.kept.projects.keep(id, epoch, found);
        }
        Ok(found)
    }

    /// Every policy that reaches this user.
    pub(crate) async fn attached(&self, user: UserId) -> Result<Attached, Error> {
        let epoch = self.directory().epoch().await?;
        if let Some(policies) = self.kept.policies.find(&user, epoch) {
            return Ok(Attached { policies, epoch });
        }
        let policies = Arc::new(self.directory().attached_policies(user).await?);
        self.kept.policies.keep(user, epoch, &policies);
        Ok(Attached { policies, epoch })
    }

    /// Whether something has changed since these were read.
    pub(crate) async fn are_outdated(&self, attached: &Attached) -> Result<bool, Error> {
        Ok(attached.epoch.is_some() && self.directory().epoch_now().await? != attached.epoch)
    }
}
