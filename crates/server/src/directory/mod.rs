//! The data directory: where it is, whose it must be, and what lies in it.

mod durable;
mod lock;

pub(crate) use durable::replace_durably;
pub(crate) use lock::Lock;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The name of the database's file.
const DATABASE: &str = "cinnabar.db";
/// The data directory of root.
const OF_ROOT: &str = "/var/lib/cinnabar";

/// A data directory that exists and is the user's alone.
#[derive(Clone, Debug)]
pub(crate) struct DataDirectory {
    path: PathBuf,
}

impl DataDirectory {
    /// Takes the directory at `path`, making it first where it is missing.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|cause| Failure::DirectoryUnusable { path: path.to_owned(), cause })?;
        Self::existing(path)
    }

    /// Takes the directory at `path`, which must be there.
    pub(crate) fn existing(path: &Path) -> Result<Self, Failure> {
        let unusable = |cause| Failure::DirectoryUnusable { path: path.to_owned(), cause };
        let metadata = match std::fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                return Err(Failure::DirectoryMissing(path.to_owned()));
            }
            Err(cause) => return Err(unusable(cause)),
        };
        if !metadata.is_dir() {
            return Err(unusable(ErrorKind::NotADirectory.into()));
        }
        private(path, &metadata)?;
        let path = path.canonicalize().map_err(unusable)?;
        Ok(Self { path })
    }

    /// Whether there seems to be an installation at `path`.
    pub(crate) fn has_database(path: &Path) -> bool {
        path.join(DATABASE).exists()
    }

    /// The directory itself.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The database.
    pub(crate) fn database(&self) -> PathBuf {
        Self::database_in(&self.path)
    }

    /// The database in the directory at `path`.
    pub(crate) fn database_in(path: &Path) -> PathBuf {
        path.join(DATABASE)
    }

    /// The master key, unless it is kept elsewhere.
    pub(crate) fn master_key(&self) -> PathBuf {
        self.path.join("master.key")
    }

    /// What clients trust to reach the server.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.path.join("tls").join("ca.pem")
    }

    /// The first credentials, when nobody was there to read them.
    pub(crate) fn credentials(&self) -> PathBuf {
        self.path.join("credentials.json")
    }

    /// The socket of local administration.
    pub(crate) fn admin_socket(&self) -> PathBuf {
        self.path.join("admin.sock")
    }
}

/// The data directory of this user when nobody names one.
pub(crate) fn usual(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, Failure> {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if rustix::process::geteuid().is_root() {
        return Ok(PathBuf::from(OF_ROOT));
    }
    if let Some(home) = absolute("XDG_DATA_HOME") {
        return Ok(home.join("cinnabar"));
    }
    let home = absolute("HOME").ok_or(Failure::DirectoryUnnamed)?;
    Ok(home.join(".local/share/cinnabar"))
}

/// Refuses what others can read or write, or what is somebody else's.
pub(crate) fn private(path: &Path, metadata: &std::fs::Metadata) -> Result<(), Failure> {
    let own = rustix::process::geteuid().as_raw();
    if metadata.uid() != own {
        return Err(Failure::NotOwned { path: path.to_owned(), owner: metadata.uid(), own });
    }
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(Failure::NotPrivate { path: path.to_owned(), mode });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_directory_is_made_for_the_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b");

        let made = DataDirectory::create(&path).expect("it can be made");

        let mode = std::fs::metadata(made.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_directory_that_others_can_read_is_refused() {
        let home = tempfile::tempdir().unwrap();
        for mode in [0o750, 0o705, 0o701, 0o720] {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(home.path(), permissions).unwrap();

            let refused = DataDirectory::create(home.path());

            assert!(matches!(refused, Err(Failure::NotPrivate { .. })), "{mode:o}");
        }
    }

    #[test]
    fn a_missing_directory_is_named() {
        let home = tempfile::tempdir().unwrap();

        let refused = DataDirectory::existing(&home.path().join("none"));

        assert!(matches!(refused, Err(Failure::DirectoryMissing(_))));
    }

    #[test]
    fn a_file_is_not_a_data_directory() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();

        let refused = DataDirectory::existing(&file);

        assert!(matches!(refused, Err(Failure::DirectoryUnusable { .. })));
    }
}
