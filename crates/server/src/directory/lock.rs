//! The locks: one process at a time owns a data directory, and a database's file.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags};
use rustix::io::Errno;

use super::{DATABASE, DataDirectory};
use crate::failure::Failure;

/// The name of the lock in a data directory, which is that of the database in it too.
const LOCK: &str = "lock";

/// Holds a data directory, or a database's file, or both until it is dropped, or the process ends in
/// whatever way.
#[derive(Debug)]
pub(crate) struct Lock {
    files: Vec<File>,
}

/// Why a lock was not taken.
enum NotTaken {
    /// Another process has it; which one, where that is known.
    Held(Option<u32>),
    /// Its file cannot be used.
    Unusable(io::Error),
}

impl Lock {
    /// Takes the lock of a data directory, or says who has it.
    pub(crate) fn take(directory: &DataDirectory) -> Result<Self, Failure> {
        let path = directory.path().to_owned();
        match taken(&path.join(LOCK)) {
            Ok(file) => Ok(Self { files: vec![file] }),
            Err(NotTaken::Held(holder)) => Err(Failure::DirectoryLocked { path, holder }),
            Err(NotTaken::Unusable(cause)) => Err(Failure::DirectoryUnusable { path, cause }),
        }
    }

    /// Takes the lock of a database's file, or says who has it.
    pub(crate) fn of_database(file: &Path) -> Result<Self, Failure> {
        let act = "make the lock beside";
        let unusable = |cause| Failure::File { act, path: file.to_owned(), cause };
        let lock = beside(file).map_err(unusable)?;
        match taken(&lock) {
            Ok(file) => Ok(Self { files: vec![file] }),
            Err(NotTaken::Held(holder)) => {
                Err(Failure::DatabaseLocked { path: file.to_owned(), holder })
            }
            Err(NotTaken::Unusable(cause)) => Err(unusable(cause)),
        }
    }

    /// Takes the lock of a database's file too, unless it is that of the data directory itself.
    pub(crate) fn with_database(
        mut self,
        directory: &DataDirectory,
        file: &Path,
    ) -> Result<Self, Failure> {
        if beside(file).is_ok_and(|lock| lock == directory.path().join(LOCK)) {
            return Ok(self);
        }
        self.files.extend(Self::of_database(file)?.files);
        Ok(self)
    }
}

/// The lock of a database's file: the same by whatever path and symbolic link the file is reached, and in
/// a data directory the one that a server takes which is not told where its database is. Two hard links to
/// a file have two locks: SQLite, which would give each a log of its own, is not to be used by them either.
fn beside(file: &Path) -> io::Result<PathBuf> {
    let real = match file.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize()?;
            // SQLite makes the file that a link names. Links in a circle are another error.
            if let Ok(target) = file.read_link() {
                return beside(&folder.join(target));
            }
            folder.join(file.file_name().ok_or(ErrorKind::InvalidInput)?)
        }
        real => real?,
    };
    let mut name = real.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
    if name == DATABASE {
        return Ok(real.with_file_name(LOCK));
    }
    name.push(".");
    name.push(LOCK);
    Ok(real.with_file_name(name))
}

/// Takes the lock at `path`, and leaves the number of this process in it.
fn taken(path: &Path) -> Result<File, NotTaken> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    // The number would be written over what a link leads to.
    options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
    let mut file = options.open(path).map_err(NotTaken::Unusable)?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => {
            let mut holder = String::new();
            // Without its number the message still says what is wrong.
            let _ = (&file).take(32).read_to_string(&mut holder);
            return Err(NotTaken::Held(holder.trim().parse().ok()));
        }
        Err(cause) => return Err(NotTaken::Unusable(cause.into())),
    }
    let note = |file: &mut File| {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    note(&mut file).map_err(NotTaken::Unusable)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_and_told_the_first() {
        let home = tempfile::tempdir().unwrap();
        let directory = DataDirectory::create(&home.path().join("data")).unwrap();
        let held = Lock::take(&directory).expect("it is free");

        let refused = Lock::take(&directory);

        let own = Some(std::process::id());
        assert!(matches!(refused, Err(Failure::DirectoryLocked { holder, .. }) if holder == own));
        drop(held);
    }

    #[test]
    fn it_is_free_again_once_dropped() {
        let home = tempfile::tempdir().unwrap();
        let directory = DataDirectory::create(&home.path().join("data")).unwrap();
        drop(Lock::take(&directory).expect("it is free"));

        Lock::take(&directory).expect("it is free again");
    }

    #[test]
    fn a_file_is_held_by_whatever_name_it_is_reached() {
        let home = tempfile::tempdir().unwrap();
        let [file, link] = ["one.db", "link.db"].map(|name| home.path().join(name));
        let held = Lock::of_database(&file).expect("it is free, and need not be there");
        std::fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();

        for path in [&file, &link, &home.path().join("x/../one.db")] {
            let _ = std::fs::create_dir(home.path().join("x"));
            let refused = Lock::of_database(path);
            let own = Some(std::process::id());
            assert!(
                matches!(refused, Err(Failure::DatabaseLocked { holder, .. }) if holder == own),
                "{}",
                path.display()
            );
        }
        Lock::of_database(&home.path().join("two.db")).expect("another file is free");
        drop(held);
        Lock::of_database(&link).expect("it is free again");
    }

    #[test]
    fn a_lock_that_is_a_link_is_not_written_through() {
        let home = tempfile::tempdir().unwrap();
        let directory = DataDirectory::create(&home.path().join("data")).unwrap();
        let other = home.path().join("other");
        std::fs::write(&other, "its own").unwrap();
        std::os::unix::fs::symlink(&other, directory.path().join(LOCK)).unwrap();

        let refused = Lock::take(&directory);

        assert!(matches!(refused, Err(Failure::DirectoryUnusable { .. })));
        assert_eq!(std::fs::read(&other).unwrap(), b"its own");
    }

    #[test]
    fn the_database_of_a_data_directory_has_the_lock_of_that() {
        let home = tempfile::tempdir().unwrap();
        let [one, other] =
            ["one", "other"].map(|name| DataDirectory::create(&home.path().join(name)).unwrap());
        let held = Lock::take(&one).expect("it is free");

        let elsewhere = Lock::take(&other).unwrap().with_database(&other, &one.database());

        assert!(matches!(elsewhere, Err(Failure::DatabaseLocked { .. })));
        held.with_database(&one, &one.database()).expect("it is its own");
    }
}
