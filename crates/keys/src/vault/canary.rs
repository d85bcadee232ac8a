//! The canary: a known text under the master key, which finds a wrong one before anything is
//! written.

use ledger::Random;

use crate::aead::Aead;
use crate::context::Context;
use crate::{SealedError, VaultError};

/// The first octet of a canary.
const FORMAT: u8 = 1;

/// What a canary says.
const TEXT: &[u8] = b"cinnabar";

/// Seals a new canary.
pub(super) fn seal(master: &Aead, random: &dyn Random) -> Result<Vec<u8>, SealedError> {
    master.seal_onto(vec![FORMAT], TEXT, context().as_bytes(), random)
}

/// Whether the canary was sealed under this master key.
pub(super) fn check(canary: &[u8], master: &Aead) -> Result<(), VaultError> {
    let text = match canary.split_first() {
        Some((&FORMAT, sealed)) => master.open(sealed, context().as_bytes()),
        Some(_) | None => return Err(VaultError::DamagedCanary),
    };
    match text {
        Ok(text) if *text == TEXT => Ok(()),
        Ok(_) | Err(_) => Err(VaultError::WrongMasterKey),
    }
}

fn context() -> Context {
    Context::of("canary")
}
