//! `cinnabar user …`.

use clap::Subcommand;

use super::{CreateUserArguments, InAccountArguments, OneUserArguments, SetPasswordArguments};

/// `cinnabar user …`.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make a user, who may do nothing until a policy is attached to it.
    ///
    /// Without a password it signs requests only, once it has an access key.
    #[command(after_help = "\
Examples:
  cinnabar user create --name robot --description 'the deploy job'
  cinnabar user create --account shop --name jane --generate-password --format json")]
    Create(CreateUserArguments),
    /// Delete a user with its access keys, tokens and attachments.
    #[command(after_help = "\
Examples:
  cinnabar user delete --name robot
  cinnabar user delete --account shop --name robot")]
    Delete(OneUserArguments),
    /// Disable a user, and end its tokens and temporary access keys. Its access keys sign no more.
    #[command(after_help = "\
Examples:
  cinnabar user disable --name robot")]
    Disable(OneUserArguments),
    /// Enable a user again.
    #[command(after_help = "\
Examples:
  cinnabar user enable --name robot")]
    Enable(OneUserArguments),
    /// List the users of an account.
    #[command(after_help = "\
Examples:
  cinnabar user list
  cinnabar user list --account shop --format json")]
    List(InAccountArguments),
    /// Set a user's password, and end its tokens and temporary access keys.
    ///
    /// Asks for it twice on a terminal, unless one of the flags says otherwise. A password has 8 to
    /// 128 characters.
    #[command(after_help = "\
Examples:
  cinnabar user set-password --user jane
  cinnabar user set-password --user jane --generate
  cinnabar user set-password --user jane --password-stdin < FILE")]
    SetPassword(SetPasswordArguments),
}
