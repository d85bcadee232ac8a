//! Where a database is, and whether this process has it to itself.

use std::io::ErrorKind;
use std::path::Path;

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

/// Keeps servers from starting on a file, until it is dropped.
pub(super) struct DatabaseLock {
    _lock: Option<Lock>,
}

impl DatabaseLock {
    /// Takes it, beside the file. Where nothing can be written no server runs.
    ///
    /// # Errors
    ///
    /// When a server runs there.
    pub(super) fn take(place: &Place) -> Result<Self, Failure> {
        let lock = match place {
            Place::File(path) => match Lock::of_database(path) {
                Err(Failure::File { cause, .. }) if is_unwritable(&cause) => None,
                lock => Some(lock?),
            },
            Place::Server(_) => None,
        };
        Ok(Self { _lock: lock })
    }
}

fn is_unwritable(cause: &std::io::Error) -> bool {
    matches!(cause.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}
