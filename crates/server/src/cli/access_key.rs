//! `cinnabar access-key …`.

use clap::{Args, Subcommand};

use super::{ListRendering, Rendering};

/// `cinnabar access-key …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AccessKeyCommand {
    /// Give a user an access key; print its secret this once. A user has two at most.
    Create(CreateAccessKeyArguments),
    /// Delete an access key, and end its user's tokens and temporary access keys.
    Delete(OneAccessKeyArguments),
    /// Disable an access key, and end its user's tokens and temporary access keys.
    Disable(OneAccessKeyArguments),
    /// Enable an access key again.
    Enable(OneAccessKeyArguments),
    /// List a user's access keys, without their secrets.
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
    #[command(flatten)]
    pub(crate) of: OfUserArguments,
    /// The access key, as `list` shows it.
    #[arg(value_name = "ACCESS_KEY")]
    pub(crate) access: String,
}
