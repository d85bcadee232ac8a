//! `cinnabar access-key …`.

use clap::{Args, Subcommand};

use super::{ListRendering, Rendering};

/// `cinnabar access-key …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AccessKeyCommand {
    /// Give a user an access key; print its secret this once. A user has two at most.
    #[command(after_help = "\
Examples:
  cinnabar access-key create --user robot --description 'build machine'
  cinnabar access-key create --account shop --user robot --format env")]
    Create(CreateAccessKeyArguments),
    /// Delete an access key, and end its user's tokens and temporary access keys.
    #[command(after_help = "\
Examples:
  cinnabar access-key delete ACCESS_KEY
  cinnabar access-key delete --user robot ACCESS_KEY")]
    Delete(OneAccessKeyArguments),
    /// Disable an access key, and end its user's tokens and temporary access keys.
    #[command(after_help = "\
Examples:
  cinnabar access-key disable ACCESS_KEY
  cinnabar access-key disable --user robot ACCESS_KEY")]
    Disable(OneAccessKeyArguments),
    /// Enable an access key again.
    #[command(after_help = "\
Examples:
  cinnabar access-key enable ACCESS_KEY
  cinnabar access-key enable --user robot ACCESS_KEY")]
    Enable(OneAccessKeyArguments),
    /// List a user's access keys, without their secrets.
    #[command(after_help = "\
Examples:
  cinnabar access-key list --user robot
  cinnabar access-key list --user robot --format json")]
    List(ListAccessKeysArguments),
}

/// Whose credentials.
#[derive(Args, Clone, Debug)]
pub(crate) struct OfUserArguments {
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// The user's name. Default: the account's first user.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
}

/// `cinnabar access-key create`.
#[derive(Args, Debug)]
pub(crate) struct CreateAccessKeyArguments {
    #[command(flatten)]
    pub(crate) of: OfUserArguments,
    /// What it is for.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) description: String,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Rendering,
}

/// `cinnabar access-key list`.
#[derive(Args, Debug)]
pub(crate) struct ListAccessKeysArguments {
    #[command(flatten)]
    pub(crate) of: OfUserArguments,
    /// How to print them.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ListRendering,
}

/// An access key of a user.
#[derive(Args, Debug)]
pub(crate) struct OneAccessKeyArguments {
    /// The account whose key it must be. Default: any, or the first where --user is given.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// The user whose key it must be. Default: any.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// The access key, as `list` shows it.
    #[arg(value_name = "ACCESS_KEY")]
    pub(crate) access: String,
}

impl OneAccessKeyArguments {
    /// Whose it must be, and its name.
    pub(crate) fn parts(self) -> (OfUserArguments, String) {
        let Self { account, user, access } = self;
        (OfUserArguments { account, user }, access)
    }
}
