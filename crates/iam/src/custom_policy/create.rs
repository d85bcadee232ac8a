//! Making a policy.

use ledger::{Author, Changes, Counter, PolicyId, Quota};

use super::document::check_document;
use crate::iam::{ATTEMPTS, Committed};
use crate::naming::{check_description, check_name};
use crate::{CustomPolicy, Error, Iam, PolicyKind, PolicyVersion, bounds};

/// The policy to make.
#[derive(Clone, Debug)]
pub struct NewPolicy {
    /// Its name.
    pub name: String,
    /// What to note about it.
    pub description: String,
    /// Its kind.
    pub kind: PolicyKind,
    /// Its document, JSON; becomes version 1.
    pub document: String,
}

impl Iam {
    /// Makes a policy in the author's account, attached to nobody.
    ///
    /// # Errors
    ///
    /// `Invalid`, `DocumentInvalid`, `Exists`, `QuotaReached`, `Conflict`.
    pub async fn create_policy(
        &self,
        author: &Author,
        new: NewPolicy,
    ) -> Result<CustomPolicy, Error> {
        check_name("name", &new.name, bounds::NAME)?;
        check_description(&new.description)?;
        check_document(new.kind, &new.document)?;
        let now = self.now();
        let policy = CustomPolicy {
            id: PolicyId::generate(&*self.ports.clock, &*self.ports.random),
            account: author.account,
            name: new.name,
            description: new.description,
            kind: new.kind,
            default_version: 1,
            latest_version: 1,
            versions: vec![PolicyVersion { number: 1, document: new.document, created_at: now }],
            created_at: now,
            updated_at: now,
        };
        for _ in 0..ATTEMPTS {
            self.check_policy_name(&policy).await?;
            let id = self.new_change_id();
            let mut event = author.event(self.now(), "create_policy", policy.id);
            event.detail = Some(format!("name: {}", policy.name));
            let counter = Counter::of_account(Quota::Policies, author.account);
            let changes = Changes::new(id, event).by(author).insert(policy.clone()).add(
                counter,
                1,
                bounds::most(Quota::Policies),
            );
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(policy);
            }
        }
        Err(Error::Conflict)
    }
}
