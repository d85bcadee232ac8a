//! The master key in a file that only its owner can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use ledger::Random;
use zeroize::Zeroizing;

use super::{MasterKey, MasterKeyError};

/// More than any master key needs: what is longer is another file, named by mistake.
const READ_LIMIT: u64 = 256;

/// How the name of a draft ends, after the key's own and a random number.
const DRAFT: &[u8] = b".new";

impl MasterKey {
    /// The key in the file at `path`.
    ///
    /// # Errors
    ///
    /// [`MasterKeyError`] if the file is missing, not regular, another user's, open to the group
    /// or others, or does not hold the text form.
    pub fn from_file(path: &Path) -> Result<Self, MasterKeyError> {
        // Opening a named pipe would wait for its writer, for ever if there is none.
        let found = fs::metadata(path).map_err(|error| unreadable(path, error))?;
        if !found.is_file() {
            return Err(MasterKeyError::NotAFile(path.to_owned()));
        }
        let file = File::open(path).map_err(|error| unreadable(path, error))?;
        // What was opened is what is judged: the path may lead elsewhere by now.
        let opened = file.metadata().map_err(|error| unreadable(path, error))?;
        let user = rustix::process::geteuid().as_raw();
        check(path, &opened, user)?;
        let text = read_line(file).map_err(|error| unreadable(path, error))?;
        Self::from_text(&text, || format!("the master key file {}", path.display()))
    }

    /// Makes a new key and keeps it in a new file at `path`, mode 0600, which is durable and
    /// complete when this returns. A file that is there already is never touched.
    ///
    /// # Errors
    ///
    /// [`MasterKeyError::Exists`] or [`MasterKeyError::Unwritable`]. After the latter, `path` names
    /// nothing or a whole key whose directory entry may not be durable.
    pub fn create_file(path: &Path, random: &dyn Random) -> Result<Self, MasterKeyError> {
        let key = Self::generate(random);
        key.keep_at(path, random)?;
        Ok(key)
    }

    /// Keeps this key in a new file at `path`, as [`MasterKey::create_file`] does.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn keep_at(&self, path: &Path, random: &dyn Random) -> Result<(), MasterKeyError> {
        // Written beside its place and then linked into it: the name never shows half a key, and
        // unlike a rename a link does not replace what is there.
        let draft = draft_beside(path, random);
        let written = self.write_durably(&draft).and_then(|()| fs::hard_link(&draft, path));
        let removed = fs::remove_file(&draft);
        match written.and(removed).and_then(|()| sync_directory(path)) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(MasterKeyError::Exists(path.to_owned()))
            }
            Err(source) => Err(MasterKeyError::Unwritable { path: path.to_owned(), source }),
        }
    }

    /// Whether `path` is what a process left that was killed while it kept a key at `of`: a draft, or
    /// a second name of that key.
    pub fn is_draft(path: &Path, of: &Path) -> bool {
        let names = path.file_name().zip(of.file_name());
        let random = names.and_then(|(name, of)| {
            let rest = name.as_encoded_bytes().strip_prefix(of.as_encoded_bytes())?;
            rest.strip_prefix(b".")?.strip_suffix(DRAFT)
        });
        path.parent() == of.parent()
            && random.is_some_and(|digits| {
                digits.len() == 16 && digits.iter().all(u8::is_ascii_hexdigit)
            })
    }

    fn write_durably(&self, path: &Path) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(&self.to_line())?;
        file.sync_all()
    }
}

/// Whether this process may trust the file to be its own secret.
fn check(path: &Path, opened: &fs::Metadata, user: u32) -> Result<(), MasterKeyError> {
    if !opened.is_file() {
        return Err(MasterKeyError::NotAFile(path.to_owned()));
    }
    if opened.uid() != user {
        return Err(MasterKeyError::Foreign { path: path.to_owned(), owner: opened.uid(), user });
    }
    if opened.mode() & 0o077 != 0 {
        let mode = opened.mode() & 0o7777;
        return Err(MasterKeyError::Exposed { path: path.to_owned(), mode });
    }
    Ok(())
}

/// Reads up to [`READ_LIMIT`] octets, to the end or the end of the first line that is not empty.
pub(super) fn read_line(mut from: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    // Octet by octet, so that no buffer of a library keeps a copy, and a pipe whose writer stays
    // open does not hold the start up.
    let mut text = Zeroizing::new(Vec::with_capacity(usize::try_from(READ_LIMIT).unwrap_or(0)));
    let mut octet = Zeroizing::new([0]);
    while (text.len() as u64) < READ_LIMIT {
        match from.read(octet.as_mut_slice()) {
            Ok(0) => break,
            Ok(_) if *octet == *b"\n" && !text.trim_ascii().is_empty() => break,
            Ok(_) => text.extend_from_slice(octet.as_slice()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(text)
}

fn draft_beside(path: &Path, random: &dyn Random) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", hex::encode(random.bytes::<8>())));
    path.with_file_name(name)
}

/// Makes the directory's entries durable.
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    File::open(directory)?.sync_all()
}

fn unreadable(path: &Path, source: io::Error) -> MasterKeyError {
    if source.kind() == io::ErrorKind::NotFound {
        return MasterKeyError::Missing(path.to_owned());
    }
    MasterKeyError::Unreadable { origin: format!("the master key file {}", path.display()), source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use ledger::system::SystemRandom;

    use super::*;

    fn created() -> (tempfile::TempDir, PathBuf, MasterKey) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        let key = MasterKey::create_file(&path, &SystemRandom).ok().unwrap();
        (directory, path, key)
    }

    fn refusal(path: &Path) -> MasterKeyError {
        MasterKey::from_file(path).err().unwrap()
    }

    #[test]
    fn a_created_file_is_read_back() {
        let (_directory, path, key) = created();

        assert_eq!(MasterKey::from_file(&path).ok().unwrap().0, key.0);
    }

    #[test]
    fn a_created_file_is_its_owners_alone_and_leaves_nothing_beside_it() {
        let (directory, path, _key) = created();

        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_existing_file_is_not_overwritten() {
        let (directory, path, _key) = created();
        let before = fs::read(&path).unwrap();

        let error = MasterKey::create_file(&path, &SystemRandom).err().unwrap();

        assert!(matches!(error, MasterKeyError::Exists(_)));
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_draft_is_known_by_the_name_of_its_key() {
        let path = Path::new("keys/master.key");

        assert!(MasterKey::is_draft(&draft_beside(path, &SystemRandom), path));
        for other in [
            "keys/master.key",
            "keys/master.key.new",
            "keys/master.key.0123456789abcde.new",
            "keys/master.key.0123456789abcdeg.new",
            "keys/master.key.0123456789abcdef.old",
            "keys/other.key.0123456789abcdef.new",
            "master.key.0123456789abcdef.new",
        ] {
            assert!(!MasterKey::is_draft(Path::new(other), path), "{other}");
        }
    }

    #[test]
    fn a_missing_directory_is_unwritable() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("missing/master.key");

        let error = MasterKey::create_file(&path, &SystemRandom).err().unwrap();

        assert!(matches!(error, MasterKeyError::Unwritable { .. }));
    }

    #[test]
    fn a_file_that_others_can_read_or_write_is_refused() {
        let (_directory, path, _key) = created();
        for mode in [0o640, 0o604, 0o644, 0o620, 0o602, 0o610, 0o666] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();

            let error = refusal(&path);

            assert!(matches!(error, MasterKeyError::Exposed { mode: found, .. } if found == mode));
            assert!(error.to_string().contains("run: chmod 600 "), "{error}");
        }
    }

    #[test]
    fn a_file_that_only_its_owner_can_read_is_accepted_without_the_right_to_write() {
        let (_directory, path, _key) = created();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();

        assert!(MasterKey::from_file(&path).is_ok());
    }

    #[test]
    fn another_users_file_is_refused() {
        let (_directory, path, _key) = created();
        let opened = fs::metadata(&path).unwrap();

        let error = check(&path, &opened, opened.uid() + 1).err().unwrap();

        assert!(matches!(error, MasterKeyError::Foreign { .. }));
        assert!(error.to_string().contains("run: chown "), "{error}");
    }

    #[test]
    fn a_missing_file_a_directory_and_another_text_are_refused() {
        let (directory, path, _key) = created();

        assert!(matches!(refusal(&path.with_extension("no")), MasterKeyError::Missing(_)));
        assert!(matches!(refusal(directory.path()), MasterKeyError::NotAFile(_)));
        fs::write(&path, "0123").unwrap();
        assert!(matches!(refusal(&path), MasterKeyError::Malformed(_)));
        fs::write(&path, "0".repeat(100_000)).unwrap();
        assert!(matches!(refusal(&path), MasterKeyError::Malformed(_)));
    }
}
