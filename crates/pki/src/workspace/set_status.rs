//! Enables or disables a Workspace authority.

use ledger::{Author, CaId, ProjectId};

use super::WorkspaceStatus;
use super::show::status;
use crate::authority::{Phase, Status};
use crate::commit::{Decisions, Settled};
use crate::{Error, Pki};

/// What is to become of a Workspace authority.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WorkspaceSwitch {
    /// It stops.
    Disable,
    /// It goes on.
    Enable,
}

impl Pki {
    /// Enables or disables the authority `id` of this project. One that is so already stays so,
    /// and nothing is told.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `AuthorityStatus` when it has expired.
    pub async fn set_workspace_status(
        &self,
        author: &Author,
        project: ProjectId,
        id: CaId,
        switch: WorkspaceSwitch,
    ) -> Result<(), Error> {
        let (target, phase, action) = match switch {
            WorkspaceSwitch::Disable => {
                (WorkspaceStatus::Disabled, Phase::Disabled, "disable_workspace_authority")
            }
            WorkspaceSwitch::Enable => {
                (WorkspaceStatus::Enabled, Phase::Active, "enable_workspace_authority")
            }
        };
        let mut decisions = Decisions::default();
        loop {
            let found = self.authority_of_project(author.account, project, id).await?;
            let now = self.clock.now();
            match status(&found.value, now) {
                WorkspaceStatus::Expired => {
                    let needed = "only one that is valid can be enabled or disabled";
                    return Err(Error::AuthorityStatus { id, status: Status::Expired, needed });
                }
                present if present == target => return Ok(()),
                WorkspaceStatus::Disabled | WorkspaceStatus::Enabled => {}
            }
            let event = author.event(now, action, id);
            let changes =
                self.changes(author, event).replace(found.value.in_phase(phase), found.version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}
