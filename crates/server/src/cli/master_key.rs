//! `cinnabar master-key …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `cinnabar master-key …`.
#[derive(Debug, Subcommand)]
pub(crate) enum MasterKeyCommand {
    /// Put another master key in the place of the present one.
    ///
    /// With a running server or without one; the server goes on serving. If this is interrupted at
    /// any moment, the next start of the server or the next command puts things in order. A backup
    /// that was made before still needs the old key: keep the copy of it as long as the backup.
    #[command(after_help = "\
Examples:
  cinnabar master-key rotate
  cinnabar master-key rotate --deep
  cinnabar master-key rotate --new-master-key-file /mnt/safe/master.key
  cinnabar master-key rotate --deep --others-are-stopped")]
    Rotate(RotateArguments),
}

/// `cinnabar master-key rotate`.
#[derive(Args, Debug)]
pub(crate) struct RotateArguments {
    /// Seal every key and secret again as well, under a new data key. Takes a while; if it is
    /// interrupted, the server goes on with it at its next start, and so does this command.
    #[arg(long)]
    pub(crate) deep: bool,
    /// Says that no other server works on this database, which --deep asks for on PostgreSQL: one
    /// that runs on would know none of the new data key, and seal under the one that goes.
    #[arg(long, requires = "deep")]
    pub(crate) others_are_stopped: bool,
    /// Take the new key from this file; where there is none, make it there. Needed when the master
    /// key comes from a variable or a descriptor: afterwards hand over the key in FILE instead.
    #[arg(long, value_name = "FILE")]
    pub(crate) new_master_key_file: Option<PathBuf>,
}
