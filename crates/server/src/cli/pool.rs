//! How many RSA keys `cinnabar serve` keeps ready.

use clap::Args;

/// How many RSA keys are kept ready for certification requests.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct PoolArguments {
    /// RSA keys of 2048 bits kept ready for certification requests, at most 1000; 0 is none. Default: 24.
    #[arg(
        long,
        value_name = "N",
        env = "CINNABAR_RSA_POOL_2048",
        value_parser = |text: &str| count(text, "CINNABAR_RSA_POOL_2048")
    )]
    pub(crate) rsa_pool_2048: Option<u16>,
    /// The same of 3072 bits. Default: 4.
    #[arg(
        long,
        value_name = "N",
        env = "CINNABAR_RSA_POOL_3072",
        value_parser = |text: &str| count(text, "CINNABAR_RSA_POOL_3072")
    )]
    pub(crate) rsa_pool_3072: Option<u16>,
    /// The same of 4096 bits. Default: 2.
    #[arg(
        long,
        value_name = "N",
        env = "CINNABAR_RSA_POOL_4096",
        value_parser = |text: &str| count(text, "CINNABAR_RSA_POOL_4096")
    )]
    pub(crate) rsa_pool_4096: Option<u16>,
}

/// The most keys of a size.
pub(crate) const MOST_READY: u16 = 1000;

/// How many keys; whoever set the variable has typed no flag and looks for its name.
fn count(text: &str, variable: &str) -> Result<u16, String> {
    text.parse().ok().filter(|count| *count <= MOST_READY).ok_or_else(|| {
        format!(
            "the flag, or the variable {variable}, must be a whole number from 0 to {MOST_READY}"
        )
    })
}
