//! Destroys authorities: at once, or when the time to restore them is over.

use ledger::{AccountId, Actor, Author, Changes, Counter, Origin, Quota, Versioned};

use super::{Authority, Home};
use crate::commit::{Decisions, Settled};
use crate::lease::Lease;
use crate::{Error, Pki, Record};

/// How many authorities are read at a time to be destroyed.
const BATCH: u32 = 100;

/// How often those that others wrote meanwhile are looked at again.
const LOOKS: u32 = 5;

impl Pki {
    /// Destroys every authority whose time to be restored is over; gives how many. For a job of
    /// the server, under its lease: until it runs they exist for nobody, but their keys are still
    /// there. Ends early when the lease is lost.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails or one of them cannot sign its last CRL: the others are destroyed
    /// all the same.
    pub async fn destroy_due_authorities(&self, lease: &Lease) -> Result<usize, Error> {
        self.destroy_due(None, Some(lease)).await
    }

    /// The same for the authorities of one account.
    pub(super) async fn destroy_due_authorities_of(
        &self,
        account: AccountId,
    ) -> Result<usize, Error> {
        self.destroy_due(Some(account), None).await
    }

    async fn destroy_due(
        &self,
        account: Option<AccountId>,
        lease: Option<&Lease>,
    ) -> Result<usize, Error> {
        let (mut destroyed, mut overtaken) = (0, 0);
        loop {
            let due = self.store.authorities_due(account, self.clock.now(), BATCH).await?;
            let (before, mut failed, mut is_overtaken) = (destroyed, None, false);
            for authority in due {
                match self.destroy_one_due(authority, lease).await {
                    Ok(Settled::Done) => destroyed += 1,
                    Ok(Settled::DecideAgain) => is_overtaken = true,
                    // One that cannot sign its last CRL does not keep the others.
                    Err(error) => failed = failed.or(Some(error)),
                }
            }
            // Other jobs write the same rows: its CRL, its responder.
            overtaken += u32::from(is_overtaken);
            if destroyed == before && (!is_overtaken || overtaken >= LOOKS) {
                return failed.map_or(Ok(destroyed), Err);
            }
        }
    }

    /// Destroys an authority that is due. One that somebody else changed in the meantime is left for
    /// the next look.
    async fn destroy_one_due(
        &self,
        due: Versioned<Authority>,
        lease: Option<&Lease>,
    ) -> Result<Settled, Error> {
        let author = Author {
            account: due.value.account,
            origin: Origin { actor: Actor::Server, address: None, request_id: String::new() },
            expectations: Vec::new(),
        };
        let mut event = author.event(self.clock.now(), "delete_authority", due.value.id);
        event.detail = Some("its time to be restored is over; its key is destroyed".to_owned());
        let changes = self.changes(&author, event);
        let Some(changes) = self.destroying(changes, &due).await? else {
            return Ok(Settled::DecideAgain);
        };
        let changes = match lease {
            Some(lease) => lease.expected_by(changes),
            None => changes,
        };
        self.settle(changes, &mut Decisions::default()).await
    }

    /// The change set that also removes the authority and its key, and gives its place in the
    /// quota back. Its certificate stays recorded, so that no serial number comes twice, and so do
    /// revocations; its last CRLs are signed now, and served on. `None` when its key is gone already:
    /// somebody else was faster.
    pub(crate) async fn destroying(
        &self,
        changes: Changes<Record>,
        authority: &Versioned<Authority>,
    ) -> Result<Option<Changes<Record>>, Error> {
        let mut changes = changes.remove(authority.value.row(), authority.version);
        if let Some(id) = authority.value.key {
            let Some(key) = self.store.key(id).await? else { return Ok(None) };
            changes = changes.remove(crate::keys::key_row(id), key.version);
        }
        let changes = self.without_responder(changes, authority.value.id).await?;
        let (counter, changes) = match authority.value.home {
            Home::Outside => return Ok(Some(changes)),
            Home::PrivateCa => (
                Counter::of_account(Quota::Authorities, authority.value.account),
                self.with_last_crls(changes, authority).await?,
            ),
            Home::Workspace(project) => (
                Counter::of_project(Quota::WorkspaceAuthorities, project),
                self.without_crls(changes, authority.value.id).await?,
            ),
        };
        Ok(Some(changes.add(counter, -1, None)))
    }
}
