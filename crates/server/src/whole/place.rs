//! Where a database is, and whether this process has it to itself.

use std::path::{Path, PathBuf};

use store::contents::Place;

use crate::configuration::DatabaseUrl;
use crate::directory::{DataDirectory, Lock};
use crate::failure::Failure;

/// Where the database is that a URL names.
pub(super) fn place_of(url: &DatabaseUrl, data_dir: &Path) -> Place {
    match url {
        DatabaseUrl::DataDirectory => Place::File(DataDirectory::database_in(data_dir)),
        DatabaseUrl::Sqlite(path) => Place::File(path.clone()),
        DatabaseUrl::Postgres(address) => Place::Server(address.clone()),
    }
}

/// Keeps servers from starting on a file's data directory, until it is dropped.
pub(super) struct DatabaseLock {
    _lock: Option<Lock>,
}

impl DatabaseLock {
    /// Takes it, where a server's lock lies beside the file.
    ///
    /// # Errors
    ///
    /// When a server runs there.
    pub(super) fn take(place: &Place) -> Result<Self, Failure> {
        let folder = match place {
            Place::File(path) => folder(path).filter(|folder| folder.join("lock").exists()),
            Place::Server(_) => None,
        };
        let lock = folder.map(|folder| Lock::take(&DataDirectory::existing(&folder)?));
        Ok(Self { _lock: lock.transpose()? })
    }
}

fn folder(path: &Path) -> Option<PathBuf> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned)
}
