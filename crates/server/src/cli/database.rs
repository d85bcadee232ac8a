//! `cinnabar database …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `cinnabar database …`.
#[derive(Debug, Subcommand)]
pub(crate) enum DatabaseCommand {
    /// Copy everything into an empty database of the same or of the other engine.
    ///
    /// No server may run on either. The copy is compared with the source at the end, and can only be
    /// served from when it is complete. If it is interrupted, the same command goes on with it.
    #[command(after_help = "\
Examples:
  cinnabar database copy --from sqlite:///var/lib/cinnabar/cinnabar.db --to postgres://ca@db/ca
  cinnabar database copy --from postgres://ca@db/ca --to sqlite:///srv/ca/cinnabar.db")]
    Copy(CopyArguments),
}

/// `cinnabar database copy`.
#[derive(Args, Debug)]
pub(crate) struct CopyArguments {
    /// The database to copy; it stays as it is.
    #[arg(long, value_name = "URL")]
    pub(crate) from: String,
    /// An empty database.
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    /// A file whose first line is the password of the first database's role. PGPASSWORD is for the only
    /// one of both that has none.
    #[arg(long, value_name = "FILE")]
    pub(crate) from_password_file: Option<PathBuf>,
    /// A file whose first line is the password of the second database's role.
    #[arg(long, value_name = "FILE")]
    pub(crate) to_password_file: Option<PathBuf>,
}
