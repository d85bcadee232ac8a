//! `cinnabar crl …`.

use clap::{Args, Subcommand, ValueEnum};
use ledger::CaId;

/// `cinnabar crl …`.
#[derive(Debug, Subcommand)]
pub(crate) enum CrlCommand {
    /// Let new certificates of an authority point to shards of its CRL, or to the complete one.
    ///
    /// A shard covers about 16,000 certificates, so that its CRL stays below a megabyte however many
    /// are revoked. For authorities that issue very many: not every client takes a shard, see
    /// docs/revocation.md. What was issued before keeps what it points to.
    #[command(after_help = SHARDS_EXAMPLES)]
    Shards(ShardsArguments),
}

const SHARDS_EXAMPLES: &str = "\
Examples:
  cinnabar crl shards 0199e5ac-3a1f-7c51-8a3c-1d0a6ab0a6c4 on
  cinnabar crl shards 0199e5ac-3a1f-7c51-8a3c-1d0a6ab0a6c4 off --account acme";

/// `cinnabar crl shards`.
#[derive(Args, Debug)]
pub(crate) struct ShardsArguments {
    /// The authority's identifier.
    #[arg(value_name = "CA_ID")]
    pub(crate) authority: CaId,
    /// Whether new certificates point to shards.
    #[arg(value_name = "on|off", hide_possible_values = true)]
    pub(crate) switch: ShardSwitch,
    /// The account's name. Default: the first account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
}

/// Whether there are shards.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ShardSwitch {
    /// None for new certificates.
    Off,
    /// For new certificates.
    On,
}
