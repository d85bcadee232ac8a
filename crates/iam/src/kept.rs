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
use quick_cache::{UnitWeighter, Weighter};

use crate::authenticate::{is_outlived, may_sign_in};
use crate::{AccessKey, AttachedPolicy, Credential, Error, Iam, Project, Token, TokenDigest};

/// How many of each kind are kept: some hundred octets each.
const CAPACITY: usize = 4096;

/// How many octets of policies are kept: each list repeats the documents.
const POLICIES: u64 = 16 * 1024 * 1024;

/// The longest list of policies that is kept, in octets.
const LIST: u64 = 256 * 1024;

/// Things by their keys, each with the epoch in which it was read.
struct Shelf<K, V, W = UnitWeighter>(Cache<K, (Epoch, Arc<V>), W>);

impl<K: Clone + Eq + Hash, V> Shelf<K, V> {
    fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl<K: Clone + Eq + Hash, V, W: Clone + Weighter<K, (Epoch, Arc<V>)>> Shelf<K, V, W> {
    fn of_octets(octets: u64, weighter: W) -> Self {
        Self(Cache::with_weighter(CAPACITY, octets, weighter))
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

/// Weighs a user's policies by their octets, and what is kept beside them.
#[derive(Clone, Debug)]
struct Octets;

impl Weighter<UserId, (Epoch, Arc<Vec<AttachedPolicy>>)> for Octets {
    fn weight(&self, _: &UserId, (_, policies): &(Epoch, Arc<Vec<AttachedPolicy>>)) -> u64 {
        octets(policies)
    }
}

fn octets(policies: &[AttachedPolicy]) -> u64 {
    let each = policies.iter().map(|policy| policy.document.len() + policy.name.len() + 128);
    (each.sum::<usize>() + 128) as u64
}

/// What was read lately.
pub(crate) struct Kept {
    access_keys: Shelf<String, Credential<AccessKey>>,
    policies: Shelf<UserId, Vec<AttachedPolicy>, Octets>,
    projects: Shelf<ProjectId, Versioned<Project>>,
    tokens: Shelf<TokenDigest, Credential<Token>>,
}

impl Kept {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            access_keys: Shelf::new(),
            policies: Shelf::of_octets(POLICIES, Octets),
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
        if octets(&policies) <= LIST {
            self.kept.policies.keep(user, epoch, &policies);
        }
        Ok(Attached { policies, epoch })
    }

    /// Every policy that reaches this user, whatever was kept.
    pub(crate) async fn attached_now(&self, user: UserId) -> Result<Attached, Error> {
        let policies = Arc::new(self.directory().attached_policies(user).await?);
        Ok(Attached { policies, epoch: None })
    }

    /// Whether something may have changed since these were read.
    pub(crate) async fn are_outdated(&self, attached: &Attached) -> Result<bool, Error> {
        Ok(attached.epoch.is_some() && self.directory().epoch_now().await? != attached.epoch)
    }
}

#[cfg(test)]
mod tests {
    use ledger::PolicyId;
    use ledger::system::{SystemClock, SystemRandom};

    use super::*;
    use crate::Reach;

    #[test]
    fn the_policies_of_all_users_together_are_bounded_by_their_octets() {
        let shelf = Shelf::of_octets(POLICIES, Octets);
        let policy = AttachedPolicy {
            policy: PolicyId::generate(&SystemClock, &SystemRandom),
            name: "large".to_owned(),
            document: " ".repeat(200 * 1024),
            reach: Reach::Everywhere,
            group: None,
        };
        let policies = Arc::new(vec![policy]);
        let epoch = Some(Epoch(1));

        for _ in 0..1000 {
            let user = UserId::generate(&SystemClock, &SystemRandom);
            shelf.keep(user, epoch, &policies);
        }

        assert!(shelf.0.weight() <= POLICIES, "{}", shelf.0.weight());
        assert!(shelf.0.len() > 20, "{}", shelf.0.len());
    }
}
