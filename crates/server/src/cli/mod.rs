//! The command line: what a user types, as values.

mod access_key;
mod account;
mod audit;
mod backup;
mod check;
mod crl;
mod database;
mod directory;
mod explain;
pub(crate) mod lifetime;
mod limits;
mod master_key;
mod policy;
mod pool;
mod serve;
mod set_password;
mod traces;
mod user;

pub(crate) use access_key::{AccessKeyCommand, OfUserArguments};
pub(crate) use account::{AccountCommand, CompanyArguments, FoundationArguments, Rendering};
pub(crate) use audit::{AuditCommand, AuditListArguments, ListRendering, MOST_EVENTS};
pub(crate) use backup::{BackupArguments, RestoreArguments};
pub(crate) use check::CheckArguments;
pub(crate) use crl::{CrlCommand, ShardSwitch, ShardsArguments};
pub(crate) use database::{CopyArguments, DatabaseCommand};
pub(crate) use directory::{
    AttachArguments, CreatePolicyArguments, CreateUserArguments, DeletePolicyArguments,
    InAccountArguments, OneUserArguments, PolicyType, RecordRendering, ShowPolicyArguments,
};
pub(crate) use explain::{ExplainArguments, ExplainRendering};
pub(crate) use limits::{LimitArguments, LimitSettings};
pub(crate) use master_key::{MasterKeyCommand, RotateArguments};
pub(crate) use policy::PolicyCommand;
pub(crate) use pool::{MOST_READY, PoolArguments};
pub(crate) use serve::{Pkcs12Form, QuotaArguments, ServeArguments, TlsMode};
pub(crate) use set_password::SetPasswordArguments;
pub(crate) use traces::TraceArguments;
pub(crate) use user::UserCommand;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;

use crate::logging::{LogFormat, LogLevel};

const EXAMPLES: &str = "\
Examples:
  cinnabar                                 serve; on first use make the data directory as well
  cinnabar init --data-dir ./data --format json
  cinnabar serve --data-dir ./data --listen 127.0.0.1:8443
  curl --cacert ./data/tls/ca.pem -H \"X-Auth-Token: $(cinnabar token --data-dir ./data)\" \\
       https://127.0.0.1:8443/v3/auth/projects

Settings come from DIR/cinnabar.toml (or --config FILE), then from the environment CINNABAR_*, then
from flags; the later one wins. The other commands work with a running server, and without one.

Files in the data directory:
  cinnabar.db         accounts, users, policies, keys (sealed), requests, authorities and the audit
                      trail
  master.key          opens the keys. Copy it to a safe place apart from the rest: without it all
                      keys are lost
  master.key.rotation-next, master.key.rotation-old
                      the next key and the old one, while `master-key rotate` is under way: leave
                      them, the next start or command puts things in order
  tls/ca.pem          what clients trust to reach this server
  credentials.json    the first credentials, when `serve` made them without a terminal to show them
  cinnabar.toml       settings, if you want any
  admin.sock, lock    held by the running server";

const BACKUP_EXAMPLES: &str = "\
Examples:
  cinnabar backup --to /mnt/safe/monday.age
  cinnabar backup --to monday.age --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p
  cinnabar backup --to monday.age --passphrase-file /run/secrets/passphrase";

const CHECK_EXAMPLES: &str = "\
Examples:
  cinnabar check
  cinnabar check --resume
  cinnabar check --database postgres://ca@db/ca --most 1000";

const RESTORE_EXAMPLES: &str = "\
Examples:
  cinnabar restore --from monday.age --data-dir /srv/ca
  cinnabar restore --from monday.age --identity key.txt --database postgres://ca@db/ca";

/// A certificate manager: private certificate authorities and certification requests behind the
/// REST API of a cloud's certificate service, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "cinnabar", version, after_long_help = EXAMPLES, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Without a command: serve.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

impl Cli {
    /// Reads the command line; no command at all is `serve`.
    ///
    /// # Errors
    ///
    /// clap's own: usage errors, and the texts of `--help` and `--version`.
    pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = arguments.collect();
        let cli = Self::try_parse_from(&arguments)?;
        if cli.command.is_some() {
            return Ok(cli);
        }
        // Read again with the command written out, so that its defaults and variables apply.
        Self::try_parse_from(arguments.into_iter().chain([OsString::from("serve")]))
    }
}

/// Whether commits wait for a standby of the database's server.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StandbyRule {
    /// They have to where one follows.
    Checked,
    /// They have to, and one has to follow.
    Required,
    /// They need not: whoever makes a standby take over loses the last commits.
    Asynchronous,
}

/// Where things are, and how to log: the same for every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Place {
    /// The data directory.
    ///
    /// Default: $XDG_DATA_HOME/cinnabar or ~/.local/share/cinnabar; for root /var/lib/cinnabar.
    #[arg(long, global = true, value_name = "DIR", env = "CINNABAR_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The settings file. Default: DIR/cinnabar.toml, if there is one.
    #[arg(long, global = true, value_name = "FILE", env = "CINNABAR_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// The database: postgres://ROLE@HOST/NAME, or sqlite:///PATH. Default: DIR/cinnabar.db.
    ///
    /// The role's password can stand in the URL, in the variable PGPASSWORD, or in a file.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "CINNABAR_DATABASE",
        hide_env_values = true
    )]
    pub(crate) database: Option<String>,
    /// A file whose first line is the password of the database's role.
    #[arg(long, global = true, value_name = "FILE", env = "CINNABAR_DATABASE_PASSWORD_FILE")]
    pub(crate) database_password_file: Option<PathBuf>,
    /// Whether commits wait for a standby of the database's server. Default: checked.
    #[arg(long, global = true, value_enum, value_name = "RULE", env = "CINNABAR_DATABASE_STANDBY")]
    pub(crate) database_standby: Option<StandbyRule>,
    /// The master key's file. Default: DIR/master.key.
    ///
    /// The key itself can instead be given in the variable CINNABAR_MASTER_KEY.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "CINNABAR_MASTER_KEY_FILE",
        conflicts_with = "master_key_fd"
    )]
    pub(crate) master_key_file: Option<PathBuf>,
    /// Read the master key from this open file descriptor.
    #[arg(long, global = true, value_name = "N", env = "CINNABAR_MASTER_KEY_FD")]
    pub(crate) master_key_fd: Option<u32>,
    /// How much to log, to standard error. Default: info for `serve`, else warn.
    #[arg(long, global = true, value_name = "LEVEL", env = "CINNABAR_LOG")]
    pub(crate) log_level: Option<LogLevel>,
    /// Log lines as text or JSON. Default: text on a terminal, else JSON.
    #[arg(long, global = true, value_name = "FORMAT", env = "CINNABAR_LOG_FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the data directory: master key, database, first account, TLS certificate authority.
    ///
    /// Prints the credentials this once: the password, the access key and its secret. A data
    /// directory that was made already is refused and not changed.
    Init(InitArguments),
    /// Serve the API. On an empty data directory do `init` first.
    Serve(Box<ServeArguments>),
    /// Print a token for curl, as `X-Auth-Token`.
    #[command(after_help = "\
Examples:
  cinnabar token
  cinnabar token --scope domain --ttl 15m
  cinnabar token --account shop --user robot --project cn-north-4")]
    Token(TokenArguments),
    /// Access keys, with which users sign their requests.
    #[command(subcommand)]
    AccessKey(AccessKeyCommand),
    /// Accounts: each has its own users, keys and authorities.
    #[command(subcommand)]
    Account(AccountCommand),
    /// The audit trail.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Write everything into one encrypted file, while the server goes on.
    ///
    /// A restore needs that file and the passphrase, or the secret key of a recipient; no master key.
    #[command(after_help = BACKUP_EXAMPLES)]
    Backup(BackupArguments),
    /// Look at everything that is stored, and prove that it is whole.
    ///
    /// Every certificate, key, status, counter and CRL. Works beside a running server. Ends with 0 when
    /// nothing is wrong, 1 when something is, 2 when it could not look.
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArguments),
    /// Certificate revocation lists.
    #[command(subcommand)]
    Crl(CrlCommand),
    /// The database as a whole.
    #[command(subcommand)]
    Database(DatabaseCommand),
    /// The master key, which opens all others.
    #[command(subcommand)]
    MasterKey(MasterKeyCommand),
    /// What users may do.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Make the data directory from a backup, with a new master key.
    #[command(after_help = RESTORE_EXAMPLES)]
    Restore(RestoreArguments),
    /// Users of an account, and their passwords.
    #[command(subcommand)]
    User(UserCommand),
    /// Print a completion script for a shell.
    ///
    /// For bash: cinnabar completions bash > ~/.local/share/bash-completion/completions/cinnabar
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the version.
    Version,
}

/// `cinnabar init`.
#[derive(Args, Debug)]
pub(crate) struct InitArguments {
    #[command(flatten)]
    pub(crate) foundation: FoundationArguments,
    /// A further name or address by which clients reach the server; may be repeated.
    #[arg(
        long = "tls-name",
        value_name = "NAME",
        env = "CINNABAR_TLS_NAMES",
        value_delimiter = ','
    )]
    pub(crate) tls_names: Option<Vec<String>>,
    /// How to print the credentials.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Rendering,
}

/// `cinnabar token`.
#[derive(Args, Debug)]
pub(crate) struct TokenArguments {
    /// What the token is good for: one project, or the whole account ("domain").
    #[arg(long, value_name = "SCOPE", default_value = "project")]
    pub(crate) scope: TokenScope,
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// The user's name. Default: the account's first user.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// The project's name. Default: the account's first project.
    #[arg(long, value_name = "NAME")]
    pub(crate) project: Option<String>,
    /// How long it lives: 90s, 15m, 24h, 7d. At most 7d.
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = lifetime::parse)]
    pub(crate) ttl: Duration,
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum TokenScope {
    /// The whole account.
    Domain,
    /// One project.
    Project,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn read(arguments: &[&str]) -> Result<Cli, clap::Error> {
        let all = std::iter::once("cinnabar").chain(arguments.iter().copied());
        Cli::read(all.map(OsString::from))
    }

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    /// The words of a line of a shell, as far as examples use one.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(['<', '>']).next().unwrap();
        let pieces = line.split('\'').enumerate();
        pieces
            .flat_map(|(place, piece)| match place % 2 {
                0 => piece.split_whitespace().map(str::to_owned).collect(),
                _ => vec![piece.to_owned()],
            })
            .collect()
    }

    #[test]
    fn every_command_on_users_keys_and_policies_has_examples_that_can_be_typed() {
        let cli = Cli::command();
        let mut leaves = vec![cli.find_subcommand("token").unwrap()];
        for group in ["access-key", "crl", "master-key", "policy", "user"] {
            leaves.extend(cli.find_subcommand(group).unwrap().get_subcommands());
        }
        for command in leaves {
            let name = command.get_name();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<_> = help.lines().filter(|line| line.starts_with("  ")).collect();

            assert!(!examples.is_empty(), "{name} has no example");
            for example in examples {
                let read = Cli::try_parse_from(words(example));
                assert!(read.is_ok(), "{example}: {:?}", read.err());
            }
        }
    }

    #[test]
    fn a_user_is_named_with_either_flag() {
        for flag in ["--name", "--user"] {
            for command in ["create", "delete", "disable", "enable", "set-password"] {
                assert!(read(&["user", command, flag, "x"]).is_ok(), "{command} {flag}");
            }
        }
    }

    #[test]
    fn no_command_is_serve() {
        let cli = read(&["--data-dir", "/x"]).expect("this is a command line");

        assert!(matches!(cli.command, Some(Command::Serve(_))));
        assert_eq!(cli.place.data_dir, Some(PathBuf::from("/x")));
    }

    #[test]
    fn the_place_may_stand_before_or_after_the_command() {
        for arguments in [["--data-dir", "/x", "version"], ["version", "--data-dir", "/x"]] {
            let cli = read(&arguments).expect("this is a command line");

            assert_eq!(cli.place.data_dir, Some(PathBuf::from("/x")), "{arguments:?}");
        }
    }
}
