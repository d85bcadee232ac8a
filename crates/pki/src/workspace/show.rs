//! Shows a Workspace authority.

use ledger::{AccountId, CaId, ProjectId, Timestamp, Versioned};

use crate::authority::{Authority, Home, Phase};
use crate::crl::CrlConfiguration;
use crate::{Error, Pki};

/// What a reader sees of a Workspace authority's state.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WorkspaceStatus {
    /// Stopped by somebody.
    Disabled,
    /// In use.
    Enabled,
    /// Past its notAfter, whether it was enabled or disabled before.
    Expired,
}

/// A Workspace authority and its status at the time of reading.
#[derive(Clone, Debug)]
pub struct WorkspaceAuthority {
    /// The authority.
    pub authority: Authority,
    /// Its status.
    pub status: WorkspaceStatus,
}

impl WorkspaceAuthority {
    /// The authority as it is seen at `now`.
    pub(super) fn seen(authority: Authority, now: Timestamp) -> Self {
        Self { status: status(&authority, now), authority }
    }
}

impl Pki {
    /// The authority `id` of this project, with what its CRL is to be, where anybody said so.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`.
    pub async fn workspace_authority(
        &self,
        account: AccountId,
        project: ProjectId,
        id: CaId,
    ) -> Result<(WorkspaceAuthority, Option<CrlConfiguration>), Error> {
        let found = self.authority_of_project(account, project, id).await?.value;
        let crl = self.store.crl(account, id).await?;
        let shown = WorkspaceAuthority::seen(found, self.clock.now());
        Ok((shown, crl.map(|crl| crl.value.configuration)))
    }

    /// The authority `id` of this project; no other project's, and none of Private CA.
    pub(super) async fn authority_of_project(
        &self,
        account: AccountId,
        project: ProjectId,
        id: CaId,
    ) -> Result<Versioned<Authority>, Error> {
        self.store
            .authority(account, id)
            .await?
            .filter(|found| found.value.home == Home::Workspace(project))
            .ok_or(Error::AuthorityNotFound(id))
    }
}

/// The status at `now`. From the second of its notAfter on an authority is expired.
pub(super) fn status(authority: &Authority, now: Timestamp) -> WorkspaceStatus {
    match (authority.issued(), authority.phase()) {
        (Some(issued), _) if now >= issued.not_after => WorkspaceStatus::Expired,
        (_, Some(Phase::Active)) => WorkspaceStatus::Enabled,
        _ => WorkspaceStatus::Disabled,
    }
}
