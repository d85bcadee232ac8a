//! A bucket in a directory.

use std::fs::{Metadata, Permissions, TryLockError};
use std::io::{ErrorKind, Result, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use pki::crl::{BucketError, Standing};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::time::Instant;

use crate::configured::refused;
use crate::content::Content;

/// The file in the directory that is locked by whoever puts an object there.
const LOCK: &str = ".lock";
/// How long the lock is waited for; after that the job that publishes tries again.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two attempts to take it.
const PAUSE: Duration = Duration::from_millis(20);

/// The mode of an object, whatever the umask: CRLs are for everybody, and a web server of another
/// user may hand them out.
const FOR_ALL: u32 = 0o644;
/// The mode of the directories that are made, for the same reason.
const ENTERED_BY_ALL: u32 = 0o755;

/// A directory whose files are the objects. Names of objects are safe in it: they have no `..`.
#[derive(Debug)]
pub(crate) struct Local {
    directory: PathBuf,
}

impl Local {
    pub(crate) fn at(directory: PathBuf) -> Self {
        Self { directory }
    }

    pub(crate) async fn standing(&self, object: &str) -> Result<Option<Standing>> {
        match fs::metadata(self.directory.join(object)).await {
            Ok(found) => {
                Ok(Some(Standing { octets: found.len(), revision: Some(revision(&found)) }))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn read(&self, object: &str, range: Range<u64>) -> Result<Vec<u8>> {
        let mut file = File::open(self.directory.join(object)).await?;
        file.seek(SeekFrom::Start(range.start)).await?;
        let length = range.end.saturating_sub(range.start);
        let mut octets = Vec::new();
        file.take(length).read_to_end(&mut octets).await?;
        if octets.len() as u64 == length {
            Ok(octets)
        } else {
            Err(ErrorKind::UnexpectedEof.into())
        }
    }

    /// Writes a file beside the object, makes it durable, and gives it the object's name: whoever
    /// reads sees the old one or the new one, also after a power cut.
    ///
    /// Looking whether the object is still the one that was found and replacing it is one step under the
    /// lock: a publisher that stood still, and has lost its lease, puts nothing old over what came since.
    pub(crate) async fn put(
        &self,
        (bucket, object): (&str, &str),
        over: Option<Standing>,
        mut content: impl Content,
    ) -> std::result::Result<(), BucketError> {
        let problem = |error: std::io::Error| refused(bucket, error);
        let path = self.directory.join(object);
        let home = path.parent().unwrap_or(&self.directory).to_owned();
        self.make(&home).await.map_err(problem)?;
        let _lock = self.lock().await.map_err(problem)?;
        if self.standing(object).await.map_err(problem)? != over {
            return Err(BucketError::Overtaken);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Objects begin with a letter or a digit.
        let fresh = home.join(format!(".{name}.new"));
        // Left by one that was killed: nobody writes to it any more.
        match fs::remove_file(&fresh).await {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(problem(error)),
            Ok(()) | Err(_) => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).open(&fresh).await;
        let mut file = file.map_err(problem)?;
        while let Some(piece) = content.piece().await? {
            file.write_all(&piece).await.map_err(problem)?;
        }
        file.set_permissions(Permissions::from_mode(FOR_ALL)).await.map_err(problem)?;
        file.sync_all().await.map_err(problem)?;
        fs::rename(&fresh, &path).await.map_err(problem)?;
        sync(&home).await.map_err(problem)
    }

    /// Takes the directory's lock, which ends when the file that is given is closed.
    async fn lock(&self) -> Result<std::fs::File> {
        let path = self.directory.join(LOCK);
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path).await?;
        let file = file.into_std().await;
        let end = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if Instant::now() < end => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Makes the directories down to `home`, durably.
    async fn make(&self, home: &Path) -> Result<()> {
        if fs::try_exists(home).await? {
            return Ok(());
        }
        let within = home.ancestors().take_while(|made| made.starts_with(&self.directory));
        let missing: Vec<&Path> = within.take_while(|made| !made.exists()).collect();
        fs::create_dir_all(home).await?;
        for made in missing {
            fs::set_permissions(made, Permissions::from_mode(ENTERED_BY_ALL)).await?;
            if let Some(parent) = made.parent() {
                sync(parent).await?;
            }
        }
        Ok(())
    }
}

/// What tells one file under a name from the one that took its place.
fn revision(file: &Metadata) -> String {
    format!("{}-{}.{:09}", file.ino(), file.mtime(), file.mtime_nsec())
}

/// Makes the names in a directory durable.
async fn sync(directory: &Path) -> Result<()> {
    File::open(directory).await?.sync_all().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn octets_are_read_by_their_place_and_no_fewer() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("a.crl"), b"0123456789").unwrap();
        let local = Local::at(home.path().to_owned());

        let standing = local.standing("a.crl").await.unwrap();
        assert_eq!(standing.map(|standing| standing.octets), Some(10));
        assert_eq!(local.read("a.crl", 2..5).await.unwrap(), b"234");
        let short = local.read("a.crl", 8..12).await.unwrap_err();
        assert_eq!(short.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(local.standing("b.crl").await.unwrap(), None);
    }

    /// Octets in two pieces.
    struct Halves(Vec<Vec<u8>>);

    fn content(octets: &[u8]) -> Halves {
        let (first, second) = octets.split_at(octets.len() / 2);
        Halves(vec![second.to_vec(), first.to_vec()])
    }

    #[async_trait::async_trait]
    impl Content for Halves {
        async fn piece(&mut self) -> std::result::Result<Option<Vec<u8>>, BucketError> {
            Ok(self.0.pop())
        }
    }

    #[tokio::test]
    async fn an_object_is_put_over_what_was_found_and_over_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let local = Local::at(home.path().join("crl"));
        let place = ("b", "name/7.crl");
        local.put(place, None, content(b"first")).await.unwrap();
        let found = local.standing(place.1).await.unwrap();
        local.put(place, found.clone(), content(b"other")).await.unwrap();

        let late = local.put(place, found, content(b"older")).await;
        let blind = local.put(place, None, content(b"older")).await;

        assert!(matches!(late, Err(BucketError::Overtaken)), "{late:?}");
        assert!(matches!(blind, Err(BucketError::Overtaken)), "{blind:?}");
        assert_eq!(local.read(place.1, 0..5).await.unwrap(), b"other");
    }

    #[tokio::test]
    async fn what_is_put_is_read_by_others_and_what_was_there_keeps_its_mode() {
        let home = tempfile::tempdir().unwrap();
        let kept = home.path().join("kept");
        std::fs::create_dir(&kept).unwrap();
        std::fs::set_permissions(&kept, Permissions::from_mode(0o700)).unwrap();
        let local = Local::at(kept.clone());

        local.put(("b", "name/7.crl"), None, content(b"first")).await.unwrap();

        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&kept), 0o700);
        assert_eq!(mode(&kept.join("name")), 0o755);
        assert_eq!(mode(&kept.join("name/7.crl")), 0o644);
    }

    #[tokio::test]
    async fn what_was_left_half_written_is_written_anew() {
        let home = tempfile::tempdir().unwrap();
        let local = Local::at(home.path().to_owned());
        std::fs::write(home.path().join(".a.crl.new"), b"left by one that was killed").unwrap();

        local.put(("b", "a.crl"), None, content(b"whole")).await.unwrap();

        assert_eq!(std::fs::read(home.path().join("a.crl")).unwrap(), b"whole");
        assert!(!home.path().join(".a.crl.new").exists());
    }

    #[tokio::test]
    async fn one_at_a_time_puts_something_into_a_directory() {
        let home = tempfile::tempdir().unwrap();
        let local = Local::at(home.path().to_owned());
        let lock = local.lock().await.unwrap();

        let put = local.put(("b", "a.crl"), None, content(b"x"));
        let waited = tokio::time::timeout(PAUSE * 5, put).await;

        assert!(waited.is_err() && !home.path().join("a.crl").exists());
        drop(lock);
        assert!(local.put(("b", "a.crl"), None, content(b"x")).await.is_ok());
    }
}
