//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::capacity::CapacityArguments;
use crate::commands::efficiency::EfficiencyArguments;
use crate::commands::load::LoadArguments;
use crate::commands::scale::ScaleArguments;
use crate::commands::seed::SeedArguments;
use crate::commands::soak::SoakArguments;

/// Measures a release build of Cinnabar on this machine, each figure beside its reference.
///
/// Starts servers of its own in a temporary directory, on loopback addresses, and stops them. Every
/// figure is the median of several windows, between which its references are measured, so that
/// both see the same machine. Ends with 1 when a request was answered wrongly; missing an aim is
/// only said in the table.
#[derive(Debug, Parser)]
#[command(name = "cinnabar-bench", version, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    /// The server's executable. Default: `cinnabar` beside this one.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) cinnabar: Option<PathBuf>,
    /// Where the temporary directory is made: commits cost what this file system's syncs cost.
    /// Default: where this executable is, because a system's own place is often only memory.
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) directory: Option<PathBuf>,
    /// How long a window is, in seconds; twice as long for RSA keys.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub(crate) seconds: u32,
    /// How many windows a figure has.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=99))]
    pub(crate) windows: u32,
    /// Only this figure; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<FigureName>,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) role: Option<Role>,
}

impl Arguments {
    /// Whether this figure was asked for.
    pub(crate) fn includes(&self, name: FigureName) -> bool {
        self.only.is_empty() || self.only.contains(&name)
    }
}

/// What can be measured.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum FigureName {
    /// Create a CSR with an EC_P256 key.
    CreateP256,
    /// Upload a CSR for a P-256 key.
    UploadP256,
    /// Issue a certificate by CSR, P-256.
    IssueCsr,
    /// Issue a certificate with a key made here, P-256.
    IssueKey,
    /// Export an authority with a chain of three.
    Export,
    /// Create a CSR with an RSA_2048 key.
    CreateRsa,
    /// Create 20 CSRs with RSA_2048 keys at once, when the pool of ready-made keys is full.
    RsaBurst,
    /// Revoke a certificate of an authority with a million revocations.
    Revoke,
    /// Make the complete CRL, and all shards, of a million revocations.
    Crl,
    /// Answer OCSP requests that were answered before.
    OcspCached,
    /// Sign OCSP answers.
    OcspLive,
    /// Search by a tag among a million certificates.
    Search,
    /// From the start of the process to the first answer of /readyz.
    Start,
    /// Resident memory after three idle seconds.
    Memory,
}

/// What this process is, when it is not the load program itself.
#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    /// The reference server: answers every request with the same body.
    #[command(hide = true)]
    Echo(EchoArguments),
    /// Measure how much a server bears: closed loop, half and twice of that, slow disk, three servers.
    Capacity(CapacityArguments),
    /// Measure how near issuing comes to what the machine could do.
    Efficiency(EfficiencyArguments),
    /// Send a mix of operations, as fast as they are answered or at a fixed rate.
    Load(LoadArguments),
    /// Measure what stored certificates cost: one server without any beside one with very many.
    Scale(ScaleArguments),
    /// Send a part of the capacity for a long time.
    Soak(SoakArguments),
    /// Make an installation with very many certificates.
    Seed(SeedArguments),
}

/// How the reference server is started.
#[derive(Args, Debug)]
pub(crate) struct EchoArguments {
    /// The certificate, PEM; without one it is plain HTTP.
    #[arg(long, requires = "key")]
    pub(crate) certificate: Option<PathBuf>,
    /// Its key, PEM.
    #[arg(long, requires = "certificate")]
    pub(crate) key: Option<PathBuf>,
    /// How long the body of every answer is, in octets.
    #[arg(long)]
    pub(crate) bytes: usize,
    /// Where to write the URL once connections are accepted.
    #[arg(long)]
    pub(crate) address_file: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn without_only_everything_is_measured() {
        let all = Arguments::try_parse_from(["cinnabar-bench"]).unwrap();
        let one = Arguments::try_parse_from(["cinnabar-bench", "--only", "export"]).unwrap();

        assert!(all.includes(FigureName::Start) && all.includes(FigureName::Export));
        assert!(!one.includes(FigureName::Start) && one.includes(FigureName::Export));
    }
}
