//! `cinnabar user set-password`.

use clap::Args;

use super::OfUserArguments;

/// `cinnabar user set-password`.
#[derive(Args, Debug)]
pub(crate) struct SetPasswordArguments {
    #[command(flatten)]
    pub(crate) of: OfUserArguments,
    /// Read the password from standard input, up to the end of its first line.
    #[arg(long, conflicts_with = "generate")]
    pub(crate) password_stdin: bool,
    /// Let the server make one, and print it.
    #[arg(long)]
    pub(crate) generate: bool,
}
