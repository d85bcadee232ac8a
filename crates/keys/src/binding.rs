//! What a sealed private key is bound to.

use pki::{KeyPurpose, KeyRecord};

use crate::context::Context;

/// Table, row, account, purpose, algorithm and public key: a sealed key that is moved to another
/// row, or whose row is given another purpose or public key, does not open.
pub(crate) fn context_of(record: &KeyRecord) -> Context {
    Context::of("private key")
        .with(b"keys")
        .with(record.binding.id.as_bytes())
        .with(record.binding.account.as_bytes())
        .with(purpose(record.binding.purpose).as_bytes())
        .with(record.algorithm.as_str().as_bytes())
        .with(record.public_key.spki_der())
}

/// The word for a purpose that is written into contexts. Never to change.
fn purpose(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::Authority => "authority",
        KeyPurpose::Certificate => "certificate",
        KeyPurpose::Csr => "csr",
        KeyPurpose::Responder => "responder",
        KeyPurpose::Tls => "tls",
    }
}
