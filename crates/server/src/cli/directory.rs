//! Arguments about users and policies.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ListRendering;

/// `cinnabar user list` and `cinnabar policy list`.
#[derive(Args, Debug)]
pub(crate) struct InAccountArguments {
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// How to print them.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ListRendering,
}

/// `cinnabar user create`.
#[derive(Args, Debug)]
pub(crate) struct CreateUserArguments {
    /// Its name; must be new in the account.
    #[arg(long, value_name = "NAME", visible_alias = "user")]
    pub(crate) name: String,
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// What to note about it.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) description: String,
    /// Read its password from standard input, up to the end of its first line.
    #[arg(long, conflicts_with = "generate_password")]
    pub(crate) password_stdin: bool,
    /// Let the server make a password, and print it.
    #[arg(long)]
    pub(crate) generate_password: bool,
    /// How to print the user.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: RecordRendering,
}

/// `cinnabar user delete`, `disable` and `enable`.
#[derive(Args, Debug)]
pub(crate) struct OneUserArguments {
    /// Its name.
    #[arg(long, value_name = "NAME", visible_alias = "user")]
    pub(crate) name: String,
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
}

/// `cinnabar policy create`.
#[derive(Args, Debug)]
pub(crate) struct CreatePolicyArguments {
    /// Its name; must be new in the account.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// The file of its document, JSON of version 5.0 or 1.1; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) document: PathBuf,
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// What to note about it.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) description: String,
    /// Where a document of version 1.1 counts; one of 5.0 counts everywhere.
    #[arg(long = "type", value_name = "TYPE", default_value = "ax")]
    pub(crate) kind: PolicyType,
    /// How to print the policy.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: RecordRendering,
}

/// `cinnabar policy show`.
#[derive(Args, Debug)]
pub(crate) struct ShowPolicyArguments {
    /// Its name: the account's own, or one of the system such as 'PCA FullAccess'.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// How to print it: the document alone, or all about it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: RecordRendering,
}

/// `cinnabar policy delete`.
#[derive(Args, Debug)]
pub(crate) struct DeletePolicyArguments {
    /// Its name.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
}

/// `cinnabar policy attach` and `cinnabar policy detach`.
#[derive(Args, Debug)]
pub(crate) struct AttachArguments {
    /// The policy's name: the account's own, or one of the system such as 'PCA FullAccess'.
    #[arg(long, value_name = "NAME")]
    pub(crate) policy: String,
    /// The user.
    #[arg(long, value_name = "NAME", conflicts_with = "group", required_unless_present = "group")]
    pub(crate) user: Option<String>,
    /// The group, in the place of a user.
    #[arg(long, value_name = "NAME")]
    pub(crate) group: Option<String>,
    /// Only in this project. Default: wherever the policy counts.
    #[arg(long, value_name = "NAME")]
    pub(crate) project: Option<String>,
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
}

/// Where a policy of document version 1.1 counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PolicyType {
    /// For the whole account: Private CA, SSL certificates, users.
    Ax,
    /// In projects: Workspace.
    Xa,
}

/// How one thing is printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum RecordRendering {
    /// One JSON object.
    Json,
    /// For people.
    Text,
}
