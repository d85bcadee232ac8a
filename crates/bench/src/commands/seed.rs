//! `cinnabar-bench seed`: an installation with very many certificates.

use std::path::{Path, PathBuf};

use clap::Args;

use super::number;
use crate::failure::Failure;
use crate::seed::{Signatures, into_new};
use crate::site::Setup;

/// How many certificates are filled in where.
#[derive(Args, Clone, Debug)]
pub(crate) struct SeedArguments {
    /// How many certificates.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub(crate) count: u64,
    /// A new directory: `data` in it is the server's, `cinnabar.toml` its settings, and `init.json`
    /// what `cinnabar init` printed.
    #[arg(long, value_name = "DIR")]
    pub(crate) into: PathBuf,
    /// Sign each certificate with the authority's key. Without it all have the signature of the one
    /// that they are copies of, which is quicker and verifies for none of them.
    #[arg(long)]
    pub(crate) signed: bool,
    /// Fill an empty PostgreSQL instead of a file.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}

/// Fills in and tells.
///
/// # Errors
///
/// The directory is there already, or the database is not as it was when this was written.
pub(crate) fn run(arguments: &SeedArguments, cinnabar: &Path) -> Result<(), Failure> {
    let setup = Setup { database: arguments.database.clone(), ..Setup::default() };
    let signatures = if arguments.signed { Signatures::Own } else { Signatures::Copied };
    let wanted = (arguments.count, signatures);
    let (installation, seeded) = into_new(cinnabar, arguments.into.clone(), wanted, setup)?;
    let seconds = seeded.took.as_secs_f64();
    println!(
        "{} certificates of {} in {} s, {} a second, {}; data directory {}",
        number(seeded.count as f64),
        seeded.authority,
        number(seconds),
        number(seeded.count as f64 / seconds),
        match signatures {
            Signatures::Own => "each signed by the authority",
            Signatures::Copied => "each with the signature of the one that it is a copy of",
        },
        installation.data_directory().display()
    );
    Ok(())
}
