//! Whether every key and secret opens, and is the one that belongs to its row.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use iam::SecretSeal;
use keys::{DataKey, MasterKey, Vault, VaultError};
use ledger::system::SystemRandom;
use store::contents::Snapshot;
use store::inspection::Page;
use store::{SealedColumn, SealedFor, SealedRow};

use super::Unlooked;
use super::report::Fault;
use crate::failure::Failure;
use crate::master_key::Source;

/// How often a master key that does not fit is read again: a rotation may be between the database and
/// the key's file.
const LOOKS: u32 = 5;
/// The pause between two of these.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(200);

/// The master key, which is read once: a descriptor gives it to the first who asks.
pub(super) struct MasterKeys {
    source: Source,
    data_dir: PathBuf,
    read: Option<MasterKey>,
}

impl MasterKeys {
    pub(super) fn of(source: Source, data_dir: &Path) -> Self {
        Self { source, data_dir: data_dir.to_owned(), read: None }
    }

    fn read(&mut self) -> Result<&MasterKey, Failure> {
        match &mut self.read {
            Some(key) => Ok(key),
            unread @ None => Ok(unread.insert(self.source.read()?)),
        }
    }

    /// Makes that it is read again, if it may be another one by now.
    fn forget(&mut self) -> bool {
        let is_file = matches!(self.source, Source::File(_));
        if is_file {
            self.read = None;
        }
        is_file
    }
}

/// Some sealed rows, and what opens them, of one state of the database.
pub(super) fn sealed(
    snapshot: &Snapshot,
    (column, after, limit): (SealedColumn, &str, u32),
    master_keys: &mut MasterKeys,
) -> Result<(Vault, Page<SealedRow>), Unlooked> {
    let mut looks = 0;
    loop {
        snapshot.renew()?;
        match opened(snapshot, master_keys) {
            Err(Opened::WrongMasterKey) if looks < LOOKS && master_keys.forget() => {
                // The first time what was read may just be old.
                if looks > 0 {
                    std::thread::sleep(PAUSE);
                }
                looks += 1;
            }
            Err(Opened::WrongMasterKey) => {
                return Err(Failure::WrongMasterKey(master_keys.data_dir.clone()).into());
            }
            Err(Opened::Unlooked(why)) => return Err(*why),
            Ok(vault) => return Ok((vault, snapshot.sealed(column, after, limit)?)),
        }
    }
}

/// What is wrong with a sealed row.
pub(super) fn fault(vault: &Vault, row: &SealedRow) -> Option<Fault> {
    match &row.sealed_for {
        SealedFor::Key(record) => {
            let wrong = vault.prove_key(record).err()?;
            Some(Fault::new(&row.key, format!("does not open: {}", chain(&wrong))))
        }
        SealedFor::Secret(context) => {
            let wrong = vault.open(&row.blob, context).err()?;
            Some(Fault::new(&row.key, format!("does not open: {wrong}")))
        }
    }
}

/// Why a vault does not open.
enum Opened {
    WrongMasterKey,
    Unlooked(Box<Unlooked>),
}

fn opened(snapshot: &Snapshot, master_keys: &mut MasterKeys) -> Result<Vault, Opened> {
    let other = |why| Opened::Unlooked(Box::new(why));
    let canary = snapshot.canary().map_err(|error| other(error.into()))?;
    let rows = snapshot.data_keys().map_err(|error| other(error.into()))?;
    let data_keys: Vec<DataKey> =
        rows.into_iter().map(|row| DataKey { id: row.id, wrapped: row.wrapped }).collect();
    let master = master_keys.read().map_err(|failure| other(failure.into()))?;
    Vault::open(master, &data_keys, &canary, Arc::new(SystemRandom)).map_err(|error| match error {
        VaultError::WrongMasterKey => Opened::WrongMasterKey,
        error => other(Failure::internal("cannot open the keys", error).into()),
    })
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
