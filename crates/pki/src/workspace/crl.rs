//! Exports the CRL of a Workspace authority.

use std::time::Duration;

use ledger::{Author, CaId, ProjectId};

use super::show::status;
use super::{WorkspaceExport, WorkspaceStatus};
use crate::authority::Status;
use crate::commit::{Decisions, Settled};
use crate::crl::{List, SignedCrl};
use crate::{Error, Pki};

/// How long the last CRL is handed out again while nothing was revoked: whoever asks twice gets
/// the same bytes, and whoever asks later one that is good for its whole time.
const KEPT: Duration = Duration::from_secs(60 * 60);

impl Pki {
    /// The complete CRL of the authority `id`, DER. It is recorded with its number before it is
    /// handed out. A disabled authority goes on making CRLs; an expired one, all of whose
    /// certificates have expired too, gives its last one.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `CrlDisabled`; `AuthorityStatus` when it has expired and never made
    /// one; `IssuerRefuses` when its certificate does not let it sign CRLs.
    pub async fn export_workspace_crl(
        &self,
        author: &Author,
        project: ProjectId,
        id: CaId,
    ) -> Result<WorkspaceExport<Vec<u8>>, Error> {
        let list = List::complete(id);
        let mut decisions = Decisions::default();
        loop {
            let found = self.authority_of_project(author.account, project, id).await?;
            let common_name = found.value.distinguished_name.common_name.clone();
            let crl = self.store.crl(author.account, id).await?;
            let crl = crl.filter(|crl| crl.value.configuration.enabled);
            let crl = crl.ok_or(Error::CrlDisabled(id))?;
            let head = self.store.crl_head(list).await?;
            let latest = head.as_ref().and_then(|head| head.value.latest.clone());
            let now = self.clock.now();
            let expired = status(&found.value, now) == WorkspaceStatus::Expired;
            let kept = match latest {
                Some(latest) if expired => Some(latest),
                None if expired => {
                    let needed = "it made no CRL while it was valid, and none of its certificates \
                                  is valid now";
                    return Err(Error::AuthorityStatus { id, status: Status::Expired, needed });
                }
                Some(latest) => self.still_told(list, latest, now).await?,
                None => None,
            };
            if let Some(kept) = kept {
                let content = self.bytes_of(kept).whole().await?;
                return Ok(WorkspaceExport { common_name, content });
            }
            let made = self.next_crl(list, crl, found, now).await?;
            let mut event = author.event(now, "export_workspace_crl", id);
            event.detail = Some(format!("CRL number {}", made.number()));
            let (changes, crl) = made.committed_by(self.changes(author, event));
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                let content = self.bytes_of(crl).whole().await?;
                return Ok(WorkspaceExport { common_name, content });
            }
        }
    }

    /// The last CRL, if it is young and tells everything.
    async fn still_told(
        &self,
        list: List,
        latest: SignedCrl,
        now: ledger::Timestamp,
    ) -> Result<Option<SignedCrl>, Error> {
        let tells_all = self.store.count(&list.unpublished()).await? == 0;
        Ok(Some(latest).filter(|latest| tells_all && now.apart(latest.this_update) < KEPT))
    }
}
