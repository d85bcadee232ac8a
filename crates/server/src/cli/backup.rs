//! `cinnabar backup` and `cinnabar restore`.

use std::path::PathBuf;

use clap::Args;

/// `cinnabar backup`.
#[derive(Args, Debug)]
pub(crate) struct BackupArguments {
    /// The file to write; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// A public key of age (age1…) whose owner can restore; may be repeated.
    #[arg(long = "recipient", value_name = "KEY", conflicts_with = "passphrase_file")]
    pub(crate) recipients: Vec<String>,
    /// A file whose first line is the passphrase. Default: ask for one.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// `cinnabar restore`.
#[derive(Args, Debug)]
pub(crate) struct RestoreArguments {
    /// The backup.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,
    /// A file with the secret key (AGE-SECRET-KEY-…) of one of the recipients.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    pub(crate) identity: Option<PathBuf>,
    /// A file whose first line is the passphrase. Default: ask for it.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}
