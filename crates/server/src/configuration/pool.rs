//! How many RSA keys are kept ready.

use keys::RsaPool;

use super::file::PoolSettings;
use crate::cli::{MOST_READY, PoolArguments};
use crate::failure::Failure;

/// How many are kept ready unless told otherwise.
const USUAL: RsaPool = RsaPool { rsa2048: 24, rsa3072: 4, rsa4096: 2 };

/// Decides it: flags and variables over the settings file over the default.
pub(super) fn decide(arguments: PoolArguments, file: PoolSettings) -> Result<RsaPool, Failure> {
    let count = |flag: Option<u16>, file: Option<u16>, usual: usize| {
        let wanted = flag.or(file);
        if wanted.is_some_and(|count| count > MOST_READY) {
            return Err(Failure::Contradiction {
                problem: format!("a pool holds at most {MOST_READY} keys of a size"),
                hint: "write a smaller number in [rsa_pool]; 0 is none",
            });
        }
        Ok(wanted.map_or(usual, usize::from))
    };
    Ok(RsaPool {
        rsa2048: count(arguments.rsa_pool_2048, file.rsa2048, USUAL.rsa2048)?,
        rsa3072: count(arguments.rsa_pool_3072, file.rsa3072, USUAL.rsa3072)?,
        rsa4096: count(arguments.rsa_pool_4096, file.rsa4096, USUAL.rsa4096)?,
    })
}
