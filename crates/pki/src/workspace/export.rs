//! Exports the certificate of a Workspace authority with the chain above it.

use ledger::{AccountId, CaId, ProjectId};
use x509::LineEnding;

use crate::{Error, Pki};

/// A file that a Workspace authority gives away.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorkspaceExport<T> {
    /// The authority's common name.
    pub common_name: String,
    /// What is in the file.
    pub content: T,
}

impl Pki {
    /// The certificate of the authority `id` and all that is known above it, nearest first: PEM
    /// with LF line ends. Whether it is enabled does not matter.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `AncestorGone` when an authority above it was deleted.
    pub async fn export_workspace_authority(
        &self,
        account: AccountId,
        project: ProjectId,
        id: CaId,
    ) -> Result<WorkspaceExport<String>, Error> {
        let found = self.authority_of_project(account, project, id).await?;
        let common_name = found.value.distinguished_name.common_name.clone();
        let lineage = self.lineage(account, found).await?;
        let certificates = lineage.certificates.iter();
        let content = certificates.map(|certificate| certificate.to_pem(LineEnding::Lf)).collect();
        Ok(WorkspaceExport { common_name, content })
    }
}
