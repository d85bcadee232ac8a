//! `cinnabar user …`.

use clap::Subcommand;

use super::{CreateUserArguments, DeleteUserArguments, InAccountArguments, SetPasswordArguments};

/// `cinnabar user …`.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make a user, who may do nothing until a policy is attached to it.
    ///
    /// Without a password it signs requests only, once it has an access key.
    Create(CreateUserArguments),
    /// Delete a user with its access keys, tokens and attachments.
    Delete(DeleteUserArguments),
    /// List the users of an account.
    List(InAccountArguments),
    /// Set a user's password, and end its tokens and temporary access keys.
    ///
    /// Asks for it twice on a terminal, unless one of the flags says otherwise. A password has 8 to
    /// 128 characters.
    SetPassword(SetPasswordArguments),
}
