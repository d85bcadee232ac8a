//! `cinnabar policy …`.

use clap::Subcommand;

use super::explain::ExplainArguments;
use super::{AttachArguments, CreatePolicyArguments, InAccountArguments};

const EXAMPLES: &str = "\
Examples:
  cinnabar policy list                                             with those that come ready-made
  cinnabar policy attach --user robot --policy 'PCA ReadOnlyAccess'
  cinnabar policy create --name web --document web.json
  cinnabar policy explain --user robot --action pca:ca:disable --ca ID

A user who is not an account's owner may do nothing until a policy allows it. docs/policies.md says
what documents can say and lists all actions.";

/// `cinnabar policy …`.
#[derive(Debug, Subcommand)]
#[command(after_long_help = EXAMPLES)]
pub(crate) enum PolicyCommand {
    /// Attach a policy to a user or a group: it counts from now on.
    Attach(AttachArguments),
    /// Make a policy from a document.
    Create(CreatePolicyArguments),
    /// Detach a policy from a user or a group: it counts no more.
    Detach(AttachArguments),
    /// List the policies of an account, and those of the system.
    List(InAccountArguments),
    /// Say whether a user may do something, and which statement of which policy decides it.
    ///
    /// Exits with 0 when it is allowed and with 3 when it is denied. Nothing is done, and nothing
    /// is audited.
    Explain(ExplainArguments),
}
