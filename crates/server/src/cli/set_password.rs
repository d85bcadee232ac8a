//! `cinnabar user set-password`.

use clap::Args;

/// `cinnabar user set-password`.
#[derive(Args, Debug)]
pub(crate) struct SetPasswordArguments {
    /// The user's name. Default: the account's first user.
    #[arg(long, value_name = "NAME", visible_alias = "name")]
    pub(crate) user: Option<String>,
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// Read the password from standard input, up to the end of its first line.
    #[arg(long, conflicts_with = "generate")]
    pub(crate) password_stdin: bool,
    /// Let the server make one, and print it.
    #[arg(long)]
    pub(crate) generate: bool,
}
