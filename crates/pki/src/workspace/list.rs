//! Lists the Workspace authorities of a project.

use ledger::{AccountId, ProjectId};

use super::WorkspaceAuthority;
use crate::{Error, Page, Pki};

impl Pki {
    /// A page of the project's authorities, newest first. What waits for its certificate is not
    /// among them.
    ///
    /// # Errors
    ///
    /// `Internal`.
    pub async fn workspace_authorities(
        &self,
        account: AccountId,
        project: ProjectId,
        page: Page,
    ) -> Result<Vec<WorkspaceAuthority>, Error> {
        let now = self.clock.now();
        let found = self.replica().await.authorities_of_project(account, project, page).await?;
        Ok(found.into_iter().map(|authority| WorkspaceAuthority::seen(authority, now)).collect())
    }
}
