//! The actions that somebody may be allowed, by the names that the APIs' permissions have.

/// Where the right to an action lives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Level {
    /// In the whole account; a token for one of its projects has it too.
    Account,
    /// In one project: a token for the account is not good for it.
    Project,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident: $name:literal, $level:ident;)*) => {
        /// Something that a caller wants to do.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(crate) enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            /// The name in policies.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$action => $name,)* }
            }

            /// Where the right to it lives.
            pub(crate) fn level(self) -> Level {
                match self { $(Self::$action => Level::$level,)* }
            }
        }
    };
}

actions! {
    /// Activate a pending authority.
    ActivateAuthority: "pca:ca:activate", Account;
    /// Create an authority.
    CreateAuthority: "pca:ca:create", Account;
    /// Delete an authority, or schedule that.
    DeleteAuthority: "pca:ca:delete", Account;
    /// Disable an authority.
    DisableAuthority: "pca:ca:disable", Account;
    /// Enable an authority.
    EnableAuthority: "pca:ca:enable", Account;
    /// Export an authority's certificate and chain.
    ExportAuthority: "pca:ca:export", Account;
    /// Export the certification request of a pending authority.
    ExportAuthorityCsr: "pca:ca:getCsr", Account;
    /// Import the certificate of a pending authority.
    ImportAuthority: "pca:ca:import", Account;
    /// List authorities.
    ListAuthorities: "pca:ca:list", Account;
    /// Cancel the scheduled deletion of an authority.
    RestoreAuthority: "pca:ca:restore", Account;
    /// Revoke an authority.
    RevokeAuthority: "pca:ca:revoke", Account;
    /// See an authority.
    ShowAuthority: "pca:ca:get", Account;
    /// See how many authorities there may be.
    ShowAuthorityQuota: "pca:ca:quota", Account;
    /// List the tags of all authorities.
    ListAllAuthorityTags: "pca:ca:listAllTags", Account;
    /// List the tags of an authority.
    ListAuthorityTags: "pca:ca:listTags", Account;
    /// Tag an authority.
    TagAuthority: "pca:ca:createTag", Account;
    /// Remove tags from an authority.
    UntagAuthority: "pca:ca:deleteTag", Account;

    /// Create a certification request.
    CreateCsr: "scm::createCsr", Account;
    /// Delete a certification request.
    DeleteCsr: "scm::deleteCsr", Account;
    /// List certification requests.
    ListCsrs: "scm::listCsr", Account;
    /// See a certification request.
    ShowCsr: "scm::getCsr", Account;
    /// See the private key of a certification request.
    ShowCsrPrivateKey: "scm::getCsrPrivateKey", Account;
    /// Rename a certification request.
    UpdateCsr: "scm::updateCsr", Account;
    /// Register a certification request made elsewhere.
    UploadCsr: "scm::uploadCsr", Account;

    /// Create a self-signed Workspace authority.
    CreateWorkspaceAuthority: "workspace:ca:create", Project;
    /// Delete a Workspace authority.
    DeleteWorkspaceAuthority: "workspace:ca:delete", Project;
    /// Export the CRL of a Workspace authority.
    ExportWorkspaceCrl: "workspace:ca:exportCrl", Project;
    /// Make the certification request of a Workspace authority.
    ExportWorkspaceCsr: "workspace:ca:exportCsr", Project;
    /// Export the certificate of a Workspace authority.
    ExportWorkspacePem: "workspace:ca:export", Project;
    /// Import the certificate of a Workspace authority.
    ImportWorkspaceAuthority: "workspace:ca:import", Project;
    /// List the Workspace authorities.
    ListWorkspaceAuthorities: "workspace:ca:list", Project;
    /// Enable or disable a Workspace authority.
    SetWorkspaceAuthorityStatus: "workspace:ca:setStatus", Project;
    /// See a Workspace authority.
    ShowWorkspaceAuthority: "workspace:ca:get", Project;
}
