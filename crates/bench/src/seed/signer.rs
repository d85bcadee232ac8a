//! The authority's own key, opened as the server opens it.

use std::path::Path;
use std::sync::Arc;

use keys::{DataKey, MasterKey, Vault};
use ledger::system::SystemRandom;
use pki::{KeyBinding, KeyPurpose, KeyRecord, KeyStore};
use tokio::runtime::Runtime;
use x509::key::{PublicKey, SignatureAlgorithm};
use x509::{Certificate, signed};

use super::template::{Row, unlike};
use crate::client::runtime;
use crate::failure::Failure;

/// Signs in an authority's name.
pub(super) struct Signer {
    vault: Vault,
    key: KeyRecord,
    algorithm: SignatureAlgorithm,
}

thread_local! {
    static RUNTIME: Option<Runtime> = runtime().ok();
}

impl Signer {
    /// Opens the key of the authority of a stopped server that has signed the certificate `like`; `rows`
    /// reads what SQL finds.
    ///
    /// # Errors
    ///
    /// The master key does not open the vault, or the rows are not as they were.
    pub(super) fn open(
        master_key: &Path,
        (authority, like): (&str, &[u8]),
        mut rows: impl FnMut(&str) -> Result<Vec<Row>, Failure>,
    ) -> Result<Self, Failure> {
        let master = MasterKey::from_file(master_key).map_err(Failure::ours("the master key"))?;
        let mut data_keys = Vec::new();
        for row in rows("SELECT id, wrapped FROM data_keys ORDER BY id")? {
            let id = u32::try_from(row.integer("id")?).map_err(|_| unlike("a data key"))?;
            data_keys.push(DataKey { id, wrapped: row.blob("wrapped")?.to_vec() });
        }
        let canary = one(rows("SELECT sealed FROM canary")?)?;
        let canary = canary.blob("sealed")?;
        let vault = Vault::open(&master, &data_keys, canary, Arc::new(SystemRandom));
        let vault = vault.map_err(Failure::ours("the vault"))?;
        let key = one(rows(&format!(
            "SELECT keys.id, keys.account, keys.algorithm, keys.public_key, keys.sealed
             FROM keys JOIN authorities ON authorities.key_id = keys.id
             WHERE authorities.id = '{authority}'"
        ))?)?;
        let binding = KeyBinding {
            id: key.text("id")?.parse().map_err(Failure::ours("a key's identifier"))?,
            account: key.text("account")?.parse().map_err(Failure::ours("an account"))?,
            purpose: KeyPurpose::Authority,
        };
        let algorithm = key.text("algorithm")?.parse().map_err(Failure::ours("an algorithm"))?;
        let public_key = PublicKey::from_spki_der(key.blob("public_key")?);
        let public_key = public_key.map_err(Failure::ours("a public key"))?;
        let sealed = key.blob("sealed")?.to_vec();
        let key = KeyRecord { binding, algorithm, public_key, sealed };
        let like = Certificate::from_der(like).map_err(Failure::ours("a certificate"))?;
        let algorithm = like.signature_algorithm().ok_or_else(|| unlike("a signature"))?;
        Ok(Self { vault, key, algorithm })
    }

    /// The certificate with this signed part.
    ///
    /// # Errors
    ///
    /// The key does not sign.
    pub(super) fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, Failure> {
        let signature = RUNTIME.with(|runtime| {
            let runtime = runtime.as_ref().ok_or(Failure::Exhausted("runtimes"))?;
            let made = self.vault.sign(&self.key, self.algorithm, to_be_signed);
            runtime.block_on(made).map_err(Failure::ours("a signature"))
        })?;
        Ok(signed::assemble(to_be_signed, self.algorithm, &signature))
    }
}

fn one(rows: Vec<Row>) -> Result<Row, Failure> {
    rows.into_iter().next().ok_or_else(|| unlike("a row"))
}
