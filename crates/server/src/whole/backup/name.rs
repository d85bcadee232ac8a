//! The name of a file that is whole, which takes no other file's place.
//!
//! Not every file system can do everything: FAT and some shares have no hard links, others cannot rename
//! under a condition. So the next way is tried where one is not there.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// A way to give the name at the second path to the file at the first one.
type Way = fn(&Path, &Path) -> io::Result<()>;

/// The ways, the best first. The last is there on every file system that files can be made on.
const WAYS: [Way; 3] = [renamed, linked, replacing_own];

/// Gives the file at `draft` the name `path`.
///
/// # Errors
///
/// When there is a file already, or the file system refuses.
pub(super) fn give(draft: &Path, path: &Path) -> io::Result<()> {
    first_there(&WAYS, draft, path)
}

/// Tries one way after the other, as long as they are not there.
fn first_there(ways: &[Way], draft: &Path, path: &Path) -> io::Result<()> {
    let mut last = Err(io::Error::from(ErrorKind::Unsupported));
    for way in ways {
        last = way(draft, path);
        match &last {
            Err(error) if is_missing(error) => {}
            _ => break,
        }
    }
    last
}

/// Whether the file system does not know the way. `EPERM` is what Linux says of hard links on FAT.
fn is_missing(error: &io::Error) -> bool {
    let known = [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::PERM];
    Errno::from_io_error(error).is_some_and(|errno| known.contains(&errno))
        || error.kind() == ErrorKind::Unsupported
}

/// By a rename that refuses to replace.
fn renamed(draft: &Path, path: &Path) -> io::Result<()> {
    Ok(renameat_with(CWD, draft, CWD, path, RenameFlags::NOREPLACE)?)
}

/// By a second name. The first one goes with the draft.
fn linked(draft: &Path, path: &Path) -> io::Result<()> {
    std::fs::hard_link(draft, path)
}

/// In the place of an empty file that is made for it, which nobody else has by that name. After a power
/// cut in between it is there, and empty; a rename that fails takes it away again.
fn replacing_own(draft: &Path, path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    std::fs::rename(draft, path).inspect_err(|_| {
        // Why the file has not got its name counts, not why an empty one stays.
        let _ = std::fs::remove_file(path);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_gives_the_name_and_takes_no_other_files_place() {
        for way in WAYS {
            let folder = tempfile::tempdir().unwrap();
            let [draft, path] = ["draft", "whole"].map(|name| folder.path().join(name));
            std::fs::write(&draft, "new").unwrap();

            way(&draft, &path).unwrap();

            assert_eq!(std::fs::read(&path).unwrap(), b"new");
            let other = folder.path().join("other");
            std::fs::write(&other, "newer").unwrap();
            let refused = way(&other, &path).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
            assert!(!is_missing(&refused));
            assert_eq!(std::fs::read(&path).unwrap(), b"new");
        }
    }

    #[test]
    fn a_rename_that_fails_leaves_no_empty_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whole");

        let failed = replacing_own(&folder.path().join("draft"), &path);

        assert_eq!(failed.unwrap_err().kind(), ErrorKind::NotFound);
        assert!(!path.exists());
    }

    #[test]
    fn a_way_that_the_file_system_has_not_is_passed() {
        let folder = tempfile::tempdir().unwrap();
        let [draft, path] = ["draft", "whole"].map(|name| folder.path().join(name));
        std::fs::write(&draft, "new").unwrap();
        let no_links: Way = |_, _| Err(Errno::PERM.into());
        let no_condition: Way = |_, _| Err(Errno::INVAL.into());
        let full: Way = |_, _| Err(Errno::NOSPC.into());

        let failed = first_there(&[no_condition, full, replacing_own], &draft, &path);
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::StorageFull);
        assert!(!path.exists());

        first_there(&[no_condition, no_links, replacing_own], &draft, &path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }
}
