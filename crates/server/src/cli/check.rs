//! `cinnabar check`.

use std::path::PathBuf;

use clap::Args;

/// `cinnabar check`.
#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    /// Go on where an interrupted check ended.
    #[arg(long)]
    pub(crate) resume: bool,
    /// Where it is kept how far the check is. Default: DIR/check.state.
    #[arg(long, value_name = "FILE")]
    pub(crate) state_file: Option<PathBuf>,
    /// How many faults are shown at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub(crate) most: u64,
}
