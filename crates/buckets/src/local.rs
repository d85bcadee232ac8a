//! A bucket in a directory.

use std::io::{ErrorKind, Result, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use pki::crl::{BucketError, CrlBytes, Standing};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use crate::configured::refused;

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
            Ok(found) => Ok(Some(Standing { octets: found.len(), revision: None })),
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
    /// reads sees the old one or the new one, also after a power cut. The holder of the lease on the
    /// object alone does so, hence the fixed name.
    pub(crate) async fn put(
        &self,
        bucket: &str,
        object: &str,
        mut content: CrlBytes,
    ) -> std::result::Result<(), BucketError> {
        let problem = |error: std::io::Error| refused(bucket, error);
        let path = self.directory.join(object);
        let home = path.parent().unwrap_or(&self.directory).to_owned();
        self.make(&home).await.map_err(problem)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Objects begin with a letter or a digit.
        let fresh = home.join(format!(".{name}.new"));
        let mut file = File::create(&fresh).await.map_err(problem)?;
        while let Some(chunk) =
            content.next().await.map_err(|error| BucketError::Content(Box::new(error)))?
        {
            file.write_all(&chunk).await.map_err(problem)?;
        }
        file.sync_all().await.map_err(problem)?;
        fs::rename(&fresh, &path).await.map_err(problem)?;
        sync(&home).await.map_err(problem)
    }

    /// Makes the directories down to `home`, durably.
    async fn make(&self, home: &Path) -> Result<()> {
        if fs::try_exists(home).await? {
            return Ok(());
        }
        fs::create_dir_all(home).await?;
        for made in home.ancestors().take_while(|made| made.starts_with(&self.directory)) {
            if let Some(parent) = made.parent() {
                sync(parent).await?;
            }
        }
        Ok(())
    }
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
        assert_eq!(standing, Some(Standing { octets: 10, revision: None }));
        assert_eq!(local.read("a.crl", 2..5).await.unwrap(), b"234");
        let short = local.read("a.crl", 8..12).await.unwrap_err();
        assert_eq!(short.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(local.standing("b.crl").await.unwrap(), None);
    }
}
