//! `cinnabar policy …`.

use clap::Subcommand;

use super::explain::ExplainArguments;
use super::{
    AttachArguments, CreatePolicyArguments, DeletePolicyArguments, InAccountArguments,
    ShowPolicyArguments,
};

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
    #[command(after_help = "\
Examples:
  cinnabar policy attach --user robot --policy 'PCA ReadOnlyAccess'
  cinnabar policy attach --group desks --policy desks --project cn-north-4")]
    Attach(AttachArguments),
    /// Make a policy from a document.
    #[command(after_help = "\
Examples:
  cinnabar policy create --name web --document web.json
  cinnabar policy create --name desks --document - --type xa < desks.json")]
    Create(CreatePolicyArguments),
    /// Delete a policy that is attached to nobody.
    #[command(after_help = "\
Examples:
  cinnabar policy delete --name web")]
    Delete(DeletePolicyArguments),
    /// Detach a policy from a user or a group: it counts no more.
    #[command(after_help = "\
Examples:
  cinnabar policy detach --user robot --policy web
  cinnabar policy detach --group desks --policy desks --project cn-north-4")]
    Detach(AttachArguments),
    /// List the policies of an account, and those of the system.
    #[command(after_help = "\
Examples:
  cinnabar policy list
  cinnabar policy list --account shop --format json")]
    List(InAccountArguments),
    /// Say whether a user may do something, and which statement of which policy decides it.
    ///
    /// Exits with 0 when it is allowed and with 3 when it is denied. Nothing is done, and nothing
    /// is audited.
    #[command(after_help = "\
Examples:
  cinnabar policy explain --user robot --action pca:ca:list
  cinnabar policy explain --user robot --action pca:ca:disable --ca ID
  cinnabar policy explain --user robot --action pca:ca:disable --condition g:ResourceTag/team=web
  cinnabar policy explain --user robot --action pca:ca:list --condition g:SourceIp=10.1.2.3 --format json")]
    Explain(ExplainArguments),
    /// Print a policy's document.
    #[command(after_help = "\
Examples:
  cinnabar policy show --name web > web.json
  cinnabar policy show --name 'PCA FullAccess' --format json")]
    Show(ShowPolicyArguments),
}
