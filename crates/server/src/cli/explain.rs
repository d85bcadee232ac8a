//! `cinnabar policy explain`.

use clap::{Args, ValueEnum};

/// `cinnabar policy explain`.
#[derive(Args, Debug)]
pub(crate) struct ExplainArguments {
    /// The user's name.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: String,
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// The action's name, as policies have it: pca:ca:disable.
    #[arg(long, value_name = "ACTION")]
    pub(crate) action: String,
    /// The name of the resource: `pca::ACCOUNT:ca:ID`. Default: whatever resource, as for a list.
    #[arg(long, value_name = "URN", conflicts_with = "ca")]
    pub(crate) resource: Option<String>,
    /// The identifier of the certificate authority that is the resource; its tags count.
    #[arg(long, value_name = "ID")]
    pub(crate) ca: Option<String>,
    /// The project's name, for actions within projects. Default: the account's first project.
    #[arg(long, value_name = "NAME")]
    pub(crate) project: Option<String>,
    /// A circumstance of the request: g:SourceIp=10.1.2.3, g:RequestTag/team=blue; may be repeated.
    #[arg(long = "condition", value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub(crate) conditions: Vec<(String, String)>,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ExplainRendering,
}

fn key_and_value(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// How an explanation is printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ExplainRendering {
    /// One JSON object.
    Json,
    /// For people.
    Text,
}
