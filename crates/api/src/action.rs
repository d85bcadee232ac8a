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
    /// Create a certification request.
    CreateCsr: "scm::createCsr", Account;
    /// Export an authority's certificate and chain.
    ExportAuthority: "pca:ca:export", Account;
    /// Export the certification request of a pending authority.
    ExportAuthorityCsr: "pca:ca:getCsr", Account;
    /// Make the certification request of a Workspace authority.
    ExportWorkspaceCsr: "workspace:ca:exportCsr", Project;
    /// Import the certificate of a pending authority.
    ImportAuthority: "pca:ca:import", Account;
    /// Import the certificate of a Workspace authority.
    ImportWorkspaceAuthority: "workspace:ca:import", Project;
    /// See an authority.
    ShowAuthority: "pca:ca:get", Account;
    /// See a certification request.
    ShowCsr: "scm::getCsr", Account;
    /// See the private key of a certification request.
    ShowCsrPrivateKey: "scm::getCsrPrivateKey", Account;
    /// Register a certification request made elsewhere.
    UploadCsr: "scm::uploadCsr", Account;
}
