//! The lock: one process at a time owns a data directory.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;

use rustix::fs::FlockOperation;
use rustix::io::Errno;

use super::DataDirectory;
use crate::failure::Failure;

/// Holds a data directory until it is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says who has it.
    pub(crate) fn take(directory: &DataDirectory) -> Result<Self, Failure> {
        let path = directory.path().join("lock");
        let unusable =
            |cause| Failure::DirectoryUnusable { path: directory.path().to_owned(), cause };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&path).map_err(unusable)?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                let mut holder = String::new();
                // Without its number the message still says what is wrong.
                let _ = (&file).take(32).read_to_string(&mut holder);
                return Err(Failure::DirectoryLocked {
                    path: directory.path().to_owned(),
                    holder: holder.trim().parse().ok(),
                });
            }
            Err(cause) => return Err(unusable(cause.into())),
        }
        let note = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        note(&mut file).map_err(unusable)?;
        Ok(Self { _file: file })
    }
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
}
