//! The key of the internal authority as it lies beside its certificate: sealed by the vault.

use std::io::ErrorKind;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ledger::AccountId;
use pki::{KeyBinding, KeyPurpose, KeyRecord};
use serde::{Deserialize, Serialize};
use x509::{KeyAlgorithm, PublicKey};

use crate::directory::replace_durably;
use crate::failure::Failure;

/// The internal authority belongs to the server and to no account; its keys are bound to this one,
/// which is never given to an account.
const NO_ACCOUNT: &str = "00000000000000000000000000000000";

/// The file's content.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Content {
    key_id: String,
    sealed: String,
}

/// To what the key of this identifier is bound.
pub(super) fn binding(id: ledger::KeyId) -> Result<KeyBinding, Failure> {
    let account: AccountId = NO_ACCOUNT
        .parse()
        .map_err(|error| Failure::internal("cannot name the owner of a key", error))?;
    Ok(KeyBinding { id, account, purpose: KeyPurpose::Tls })
}

/// Writes the key's file.
pub(super) fn write(path: &Path, key: &KeyRecord) -> Result<(), Failure> {
    let content =
        Content { key_id: key.binding.id.to_string(), sealed: STANDARD.encode(&key.sealed) };
    let text = serde_json::to_vec_pretty(&content)
        .map_err(|error| Failure::internal("cannot write a key", error))?;
    let failed = |cause| Failure::File { act: "write", path: path.to_owned(), cause };
    replace_durably(path, &text).map_err(failed)
}

/// Reads the key's file; `None` where there is none, or nothing that could be a key's.
/// Whether it opens is seen when it signs.
pub(super) fn read(path: &Path, public_key: &PublicKey) -> Result<Option<KeyRecord>, Failure> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(Failure::File { act: "read", path: path.to_owned(), cause }),
    };
    let Ok(content) = serde_json::from_slice::<Content>(&text) else { return Ok(None) };
    let (Ok(id), Ok(sealed)) = (content.key_id.parse(), STANDARD.decode(content.sealed)) else {
        return Ok(None);
    };
    Ok(Some(KeyRecord {
        binding: binding(id)?,
        algorithm: KeyAlgorithm::EcP256,
        public_key: public_key.clone(),
        sealed,
    }))
}
