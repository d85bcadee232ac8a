//! The file of a master key, and what stands beside it while another one takes its place.
//!
//! `master.key` is the key. `master.key.rotation-next` is the one to come: durable before anything
//! depends on it. `master.key.rotation-old` is the one that was: overwritten and removed last. Which
//! of them counts only the database knows, since one commit puts everything under the next key; so
//! whatever was done when a process was killed, the next one finds the right key by trying. The names
//! are long because what bears them is removed: nobody's own copy should.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use keys::{MasterKey, MasterKeyError, Vault};
use ledger::Random;

use super::failed;
use crate::failure::Failure;
use crate::rotation::{Step, reached};

/// Which key opens the vault.
#[derive(Clone, Copy, Debug)]
enum Fitting {
    Current,
    Next,
}

/// Where a master key lies.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    current: PathBuf,
    next: PathBuf,
    old: PathBuf,
}

impl Place {
    /// The place at `path`. A symbolic link is followed, so that it stays one.
    pub(crate) fn of(path: &Path) -> Self {
        let current = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let beside = |suffix: &str| {
            let mut name = OsString::from(current.file_name().unwrap_or_default());
            name.push(suffix);
            current.with_file_name(name)
        };
        Self { next: beside(".rotation-next"), old: beside(".rotation-old"), current }
    }

    /// The file of the key that counts.
    pub(crate) fn path(&self) -> &Path {
        &self.current
    }

    /// Whether the next key lies here, so that a rotation has not ended, or cannot be said to have.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.next.try_exists().unwrap_or(true)
    }

    /// Opens the vault with the key that fits, and leaves everything as it lies: for who does not know
    /// whether what was read of the database stays true.
    pub(crate) fn look(
        &self,
        open: impl Fn(&MasterKey) -> Result<Vault, Failure>,
    ) -> Result<Vault, Failure> {
        self.opened(open).map(|(vault, _)| vault)
    }

    /// Opens the vault with the key that fits, and puts in order what an interrupted rotation left:
    /// with the old key it is undone, since nothing depends on the next one yet; with the next one
    /// it is finished.
    pub(crate) fn unlock(
        &self,
        open: impl Fn(&MasterKey) -> Result<Vault, Failure>,
    ) -> Result<Vault, Failure> {
        let (vault, fitting) = self.opened(open)?;
        match fitting {
            Fitting::Current => self.clear(),
            Fitting::Next => match self.take_over().and_then(|()| self.forget()) {
                Ok(()) => tracing::warn!(
                    path = %self.current.display(),
                    "an interrupted rotation was finished: the new master key is in its place"
                ),
                Err(error) => tracing::warn!(
                    %error,
                    path = %self.next.display(),
                    "an interrupted rotation of the master key cannot be finished yet"
                ),
            },
        }
        Ok(vault)
    }

    /// Opens the vault with the key that fits.
    fn opened(
        &self,
        open: impl Fn(&MasterKey) -> Result<Vault, Failure>,
    ) -> Result<(Vault, Fitting), Failure> {
        match MasterKey::from_file(&self.current).map_err(failed).and_then(|key| open(&key)) {
            Ok(vault) => Ok((vault, Fitting::Current)),
            Err(
                failure @ (Failure::WrongMasterKey(_)
                | Failure::MasterKey(MasterKeyError::Missing(_))),
            ) => {
                let Ok(next) = MasterKey::from_file(&self.next) else { return Err(failure) };
                let Ok(vault) = open(&next) else { return Err(failure) };
                Ok((vault, Fitting::Next))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Keeps the key to come, and gives the present one its second name. Whatever would keep the one
    /// from taking the other's place is found here, before anything depends on it: a file that is
    /// mounted by itself has no second name, and what lies beside it may be gone tomorrow.
    pub(crate) fn announce(&self, key: &MasterKey, random: &dyn Random) -> Result<(), Failure> {
        key.keep_at(&self.next, random).map_err(failed)?;
        reached(Step::NextKept);
        if let Err(cause) = self.set_aside() {
            // What stays behind is removed by the next rotation.
            let _ = erase(&self.next);
            let (current, old) = (self.current.display(), self.old.display());
            return Err(Failure::Invalid {
                problem: format!(
                    "the master key {current} cannot be replaced where it lies, nothing was \
                     changed: it cannot be called {old}: {cause}"
                ),
                hint: "if the file is mounted by itself, mount its folder instead; or keep the key \
                       elsewhere and name it with --master-key-file",
            });
        }
        reached(Step::OldSetAside);
        Ok(())
    }

    /// The file of the key to come, for as long as it is not in its place.
    pub(crate) fn waiting(&self) -> &Path {
        &self.next
    }

    /// Puts the next key in the place of the old one, which gets another name.
    pub(crate) fn take_over(&self) -> Result<(), Failure> {
        self.set_aside().map_err(|cause| unwritable(&self.old, cause))?;
        fs::rename(&self.next, &self.current)
            .and_then(|()| sync_folder(&self.current))
            .map_err(|cause| unwritable(&self.current, cause))?;
        reached(Step::NextInPlace);
        Ok(())
    }

    /// Overwrites and removes the key that was.
    pub(crate) fn forget(&self) -> Result<(), Failure> {
        erase(&self.old).map_err(|cause| unwritable(&self.old, cause))
    }

    /// Gives the present key its second name. One is left alone only while it is that very key.
    fn set_aside(&self) -> io::Result<()> {
        match fs::hard_link(&self.current, &self.old) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if !self.is_set_aside() {
                    erase(&self.old)?;
                    fs::hard_link(&self.current, &self.old)?;
                }
            }
            // Somebody has removed it already.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            linked => linked?,
        }
        sync_folder(&self.old)
    }

    /// The present key fits: what else lies here is left over.
    fn clear(&self) {
        let undone = "an interrupted rotation of the master key was undone: it changed nothing";
        let finished = "an interrupted rotation was finished: the old master key is removed";
        // As the second name of the present key it is told of with the next one.
        let finished = (!self.is_set_aside()).then_some(finished);
        let named = [(self.next.clone(), Some(undone)), (self.old.clone(), finished)];
        let drafts = self.drafts().into_iter().map(|draft| (draft, None));
        for (path, told) in named.into_iter().chain(drafts) {
            if path.try_exists().is_ok_and(|is_there| !is_there) {
                continue;
            }
            match (erase(&path), told) {
                (Ok(()), Some(told)) => tracing::warn!(path = %path.display(), "{told}"),
                (Ok(()), None) => {}
                (Err(error), _) => tracing::warn!(
                    %error,
                    path = %path.display(),
                    "what an interrupted rotation left cannot be removed; remove it by hand"
                ),
            }
        }
    }

    /// What a process left that was killed while it kept the present key or the next one. A folder
    /// that cannot be read has none.
    fn drafts(&self) -> Vec<PathBuf> {
        let folder = self.current.parent().unwrap_or(Path::new("."));
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let of = |path: &PathBuf| {
            MasterKey::is_draft(path, &self.current) || MasterKey::is_draft(path, &self.next)
        };
        entries.map(|entry| entry.path()).filter(of).collect()
    }

    /// Whether the old key's name is a second one of the present key.
    fn is_set_aside(&self) -> bool {
        let file = |path: &Path| fs::metadata(path).map(|found| (found.dev(), found.ino()));
        matches!((file(&self.current), file(&self.old)), (Ok(one), Ok(other)) if one == other)
    }
}

/// Overwrites a key's file and removes it. One that has a second name is somebody's copy, or the
/// present key itself, and only loses this name.
fn erase(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => {
            let found = found?;
            if found.is_file() && found.nlink() == 1 {
                let zeros = vec![b'0'; usize::try_from(found.len()).unwrap_or(0)];
                // A key that its owner must not write is overwritten all the same.
                fs::set_permissions(path, Permissions::from_mode(0o600))?;
                let mut file = OpenOptions::new().write(true).open(path)?;
                file.write_all(&zeros)?;
                file.sync_all()?;
            }
        }
    }
    fs::remove_file(path)?;
    sync_folder(path)
}

/// Makes the names in the file's folder durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn unwritable(path: &Path, cause: io::Error) -> Failure {
    Failure::File { act: "replace the master key at", path: path.to_owned(), cause }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ledger::system::SystemRandom;

    use super::*;

    fn place() -> (tempfile::TempDir, Place) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::create_file(&path, &SystemRandom).unwrap();
        let place = Place::of(&path);
        place.announce(&MasterKey::generate(&SystemRandom), &SystemRandom).unwrap();
        (folder, place)
    }

    fn names(folder: &tempfile::TempDir) -> usize {
        fs::read_dir(folder.path()).unwrap().count()
    }

    #[test]
    fn the_next_key_takes_the_place_and_nothing_else_is_left() {
        let (folder, place) = place();
        let next = fs::read(&place.next).unwrap();

        place.take_over().unwrap();
        place.forget().unwrap();

        assert_eq!(fs::read(&place.current).unwrap(), next);
        assert_eq!(names(&folder), 1);
    }

    #[test]
    fn a_key_whose_place_cannot_be_taken_is_not_announced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::create_file(&path, &SystemRandom).unwrap();
        let place = Place::of(&path);
        // Like a mounted file, it cannot get its second name.
        fs::create_dir(&place.old).unwrap();

        let announced = place.announce(&MasterKey::generate(&SystemRandom), &SystemRandom);

        let told = announced.unwrap_err().to_string();
        assert!(told.contains("nothing was changed"), "{told}");
        assert!(!place.next.exists());
        assert!(MasterKey::from_file(&place.current).is_ok());
    }

    #[test]
    fn an_announced_key_that_is_not_needed_leaves_the_present_one_alone() {
        let (folder, place) = place();
        let current = fs::read(&place.current).unwrap();

        place.clear();

        assert_eq!(fs::read(&place.current).unwrap(), current);
        assert_eq!(names(&folder), 1);
    }

    #[test]
    fn who_only_looks_finds_the_key_that_fits_and_leaves_both() {
        let (folder, place) = place();
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let files = names(&folder);
        for fitting in [&place.current, &place.next] {
            let key = MasterKey::from_file(fitting).unwrap();
            let made = Vault::create(&key, random.clone()).unwrap();
            let open = |key: &MasterKey| {
                let data_keys = std::slice::from_ref(&made.data_key);
                Vault::open(key, data_keys, &made.canary, random.clone())
                    .map_err(|_| Failure::WrongMasterKey(folder.path().to_owned()))
            };

            place.look(open).unwrap();

            assert!(place.is_interrupted());
            assert_eq!(names(&folder), files);
        }
    }

    #[test]
    fn an_old_key_that_its_owner_must_not_write_is_overwritten_too() {
        let (_folder, place) = place();
        fs::set_permissions(&place.current, Permissions::from_mode(0o400)).unwrap();
        let mut open = File::open(&place.current).unwrap();

        place.take_over().unwrap();
        place.forget().unwrap();

        let mut left = String::new();
        io::Read::read_to_string(&mut open, &mut left).unwrap();
        assert_eq!(left, "0".repeat(65));
    }

    #[test]
    fn taking_over_again_after_half_of_it_does_not_lose_the_key() {
        let (folder, place) = place();
        let next = fs::read(&place.next).unwrap();
        assert!(place.is_set_aside());

        place.take_over().unwrap();
        place.forget().unwrap();

        assert_eq!(fs::read(&place.current).unwrap(), next);
        assert_eq!(names(&folder), 1);
    }

    #[test]
    fn a_second_name_of_the_present_key_is_removed_without_touching_the_key() {
        let (folder, place) = place();
        let current = fs::read(&place.current).unwrap();
        fs::remove_file(&place.next).unwrap();

        place.clear();

        assert_eq!(fs::read(&place.current).unwrap(), current);
        assert_eq!(names(&folder), 1);
    }

    #[test]
    fn what_was_left_while_a_key_was_kept_is_removed_without_touching_the_key() {
        let (folder, place) = place();
        let current = fs::read(&place.current).unwrap();
        let left = |of: &Path| {
            let draft = PathBuf::from(format!("{}.0123456789abcdef.new", of.display()));
            fs::hard_link(of, &draft).unwrap();
        };
        left(&place.current);
        left(&place.next);
        assert_eq!(names(&folder), 5);

        place.clear();

        assert_eq!(fs::read(&place.current).unwrap(), current);
        assert_eq!(names(&folder), 1);
    }

    #[test]
    fn an_erased_key_is_overwritten_before_its_name_goes() {
        let (_folder, place) = place();
        let mut open = File::open(&place.next).unwrap();

        erase(&place.next).unwrap();

        let mut left = String::new();
        io::Read::read_to_string(&mut open, &mut left).unwrap();
        assert_eq!(left, "0".repeat(65));
    }

    #[test]
    fn a_link_to_the_key_stays_a_link() {
        let (folder, place) = place();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&place.current, &link).unwrap();

        assert_eq!(Place::of(&link).next, place.next);
    }
}
