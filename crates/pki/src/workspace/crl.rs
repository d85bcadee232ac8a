//! Exports the CRL of a Workspace authority.

use ledger::{Author, CaId, ProjectId};

use super::show::status;
use super::{WorkspaceExport, WorkspaceStatus};
use crate::authority::Status;
use crate::commit::{Decisions, Settled};
use crate::crl::Crl;
use crate::crl::refresh::Current;
use crate::{Error, Pki};

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
        let mut decisions = Decisions::default();
        loop {
            let found = self.authority_of_project(author.account, project, id).await?;
            let common_name = found.value.distinguished_name.common_name.clone();
            let crl = self.store.crl(author.account, id).await?;
            let crl = crl.filter(|crl| crl.value.configuration.enabled);
            let crl = crl.ok_or(Error::CrlDisabled(id))?;
            let now = self.clock.now();
            if status(&found.value, now) == WorkspaceStatus::Expired {
                let last = crl.value.latest.ok_or(Error::AuthorityStatus {
                    id,
                    status: Status::Expired,
                    needed: "it made no CRL while it was valid, and none of its certificates \
                             is valid now",
                })?;
                return Ok(WorkspaceExport { common_name, content: last.der });
            }
            let Crl { configuration, latest, .. } = &crl.value;
            let current =
                self.current_crl(&found.value, configuration, latest.clone(), now).await?;
            let new = match current {
                Current::Kept(kept) => {
                    return Ok(WorkspaceExport { common_name, content: kept.der });
                }
                Current::New(new) => new,
            };
            let mut event = author.event(now, "export_workspace_crl", id);
            event.detail = Some(format!("CRL number {}", new.number));
            let content = new.der.clone();
            let updated = Crl { latest: Some(new), ..crl.value };
            let changes = self
                .changes(author, event)
                .replace(updated, crl.version)
                .expect(found.value.row(), found.version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(WorkspaceExport { common_name, content });
            }
        }
    }
}
