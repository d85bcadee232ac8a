//! `cinnabar account …`, and the arguments that found an account.

use clap::{Args, Subcommand, ValueEnum};

/// The region whose name the first project bears unless another is named.
const REGION: &str = "cn-north-4";

/// `cinnabar account …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account with a user `admin`, an access key and a project; print its credentials.
    Create(CreateAccountArguments),
    /// Set the company that certification requests name when they leave it out.
    SetCompany(SetCompanyArguments),
}

/// `cinnabar account create`.
#[derive(Args, Debug)]
pub(crate) struct CreateAccountArguments {
    /// The account's name; must be new.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// The account's project is named so, since clients look it up by their region.
    #[arg(long, value_name = "NAME", env = "CINNABAR_REGION", default_value = REGION)]
    pub(crate) region: String,
    #[command(flatten)]
    pub(crate) company: CompanyArguments,
    /// How to print the credentials.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Rendering,
}

/// `cinnabar account set-company`.
#[derive(Args, Debug)]
pub(crate) struct SetCompanyArguments {
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    #[command(flatten)]
    pub(crate) company: CompanyArguments,
}

/// What the first account is like.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "The first account")]
pub(crate) struct FoundationArguments {
    /// The account's project is named so, since clients look it up by their region.
    #[arg(long, value_name = "NAME", env = "CINNABAR_REGION", default_value = REGION)]
    pub(crate) region: String,
    /// The account's name.
    #[arg(long, value_name = "NAME", env = "CINNABAR_ACCOUNT", default_value = "cinnabar")]
    pub(crate) account: String,
    #[command(flatten)]
    pub(crate) company: CompanyArguments,
}

/// The company that certification requests name when they leave it out: all four, or none.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "The company named in certification requests (all four or none)")]
pub(crate) struct CompanyArguments {
    /// Its country: two letters.
    #[arg(long, value_name = "CC", env = "CINNABAR_COMPANY_COUNTRY")]
    pub(crate) company_country: Option<String>,
    /// Its province or state.
    #[arg(long, value_name = "NAME", env = "CINNABAR_COMPANY_PROVINCE")]
    pub(crate) company_province: Option<String>,
    /// Its city.
    #[arg(long, value_name = "NAME", env = "CINNABAR_COMPANY_CITY")]
    pub(crate) company_city: Option<String>,
    /// Its name.
    #[arg(long, value_name = "NAME", env = "CINNABAR_COMPANY_NAME")]
    pub(crate) company_name: Option<String>,
}

/// How credentials are printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Rendering {
    /// Lines `export NAME=value` as the official SDKs and Terraform read them.
    Env,
    /// One JSON object.
    Json,
    /// For people.
    Text,
}
