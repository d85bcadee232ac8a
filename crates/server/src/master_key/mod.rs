//! From where the master key comes.

mod place;

pub(crate) use place::Place;

use std::path::PathBuf;

use keys::{MasterKey, MasterKeyError, Vault};
use ledger::Random;

use crate::configuration::Decided;
use crate::directory::DataDirectory;
use crate::failure::Failure;

/// The variable that may hold the key itself.
const VARIABLE: &str = "CINNABAR_MASTER_KEY";

/// Where the master key is.
pub(crate) enum Source {
    /// In an open file descriptor.
    Descriptor(u32),
    /// In a file.
    File(PathBuf),
    /// In the environment.
    Variable,
}

impl Source {
    /// A descriptor or file that was named, else the variable, else the file in the data directory.
    pub(crate) fn of(decided: &Decided, directory: &DataDirectory) -> Self {
        match (decided.master_key_fd, &decided.master_key_file) {
            (Some(number), _) => Self::Descriptor(number),
            (None, Some(path)) => Self::File(path.clone()),
            (None, None) if std::env::var_os(VARIABLE).is_some() => Self::Variable,
            (None, None) => Self::File(directory.master_key()),
        }
    }

    /// Reads the key.
    pub(crate) fn read(&self) -> Result<MasterKey, Failure> {
        match self {
            Self::Descriptor(number) => MasterKey::from_descriptor(*number),
            Self::File(path) => MasterKey::from_file(path),
            Self::Variable => {
                let value = zeroize::Zeroizing::new(std::env::var(VARIABLE).unwrap_or_default());
                MasterKey::from_variable(VARIABLE, &value)
            }
        }
        .map_err(failed)
    }

    /// Opens the vault with the key. Where a rotation was interrupted its files are put in order.
    pub(crate) fn unlock(
        &self,
        open: impl Fn(&MasterKey) -> Result<Vault, Failure>,
    ) -> Result<Vault, Failure> {
        match self {
            Self::File(path) => Place::of(path).unlock(open),
            Self::Descriptor(_) | Self::Variable => open(&self.read()?),
        }
    }

    /// The same without touching a file.
    pub(crate) fn look(
        &self,
        open: impl Fn(&MasterKey) -> Result<Vault, Failure>,
    ) -> Result<Vault, Failure> {
        match self {
            Self::File(path) => Place::of(path).look(open),
            Self::Descriptor(_) | Self::Variable => open(&self.read()?),
        }
    }

    /// Whether a rotation has not ended, so that two keys lie where one belongs.
    pub(crate) fn is_interrupted(&self) -> bool {
        match self {
            Self::File(path) => Place::of(path).is_interrupted(),
            Self::Descriptor(_) | Self::Variable => false,
        }
    }

    /// Reads the key, or makes it where its file is missing: one that an interrupted `init` left
    /// is used.
    pub(crate) fn read_or_make(&self, random: &dyn Random) -> Result<MasterKey, Failure> {
        match self {
            Self::File(path) => match MasterKey::from_file(path) {
                Err(MasterKeyError::Missing(_)) => {
                    MasterKey::create_file(path, random).map_err(failed)
                }
                read => read.map_err(failed),
            },
            Self::Descriptor(_) | Self::Variable => self.read(),
        }
    }
}

/// The failure to have a master key.
pub(crate) fn failed(error: MasterKeyError) -> Failure {
    Failure::MasterKey(error)
}
