//! A certificate and key that somebody else renews.

use std::fmt::Display;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::provider;
use crate::failure::Failure;

/// The files, and how they looked when they were read.
#[derive(Debug)]
pub(crate) struct GivenFiles {
    cert: PathBuf,
    key: PathBuf,
    seen: Option<[Look; 2]>,
}

/// What tells a changed file from an unchanged one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Look {
    inode: u64,
    length: u64,
    changed: (i64, i64),
}

impl GivenFiles {
    /// Reads both files for the first time.
    pub(crate) fn open(cert: PathBuf, key: PathBuf) -> Result<(Self, CertifiedKey), Failure> {
        let mut files = Self { cert, key, seen: None };
        let pair = files.read()?;
        Ok((files, pair))
    }

    /// Reads both files again if either has changed; an unreadable pair is told once per change.
    pub(crate) fn read_if_changed(&mut self) -> Option<Result<CertifiedKey, Failure>> {
        let now = self.look();
        if now == self.seen { None } else { Some(self.read()) }
    }

    /// Reads both files.
    pub(crate) fn read(&mut self) -> Result<CertifiedKey, Failure> {
        // Looked at first: a change during the reading is seen the next time.
        self.seen = self.look();
        let of_cert = |problem: &dyn Display| refused("certificate", &self.cert, problem);
        let of_key = |problem: &dyn Display| refused("key", &self.key, problem);
        not_for_all(&self.key)?;
        let chain = CertificateDer::pem_file_iter(&self.cert)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| of_cert(&error))?;
        if chain.is_empty() {
            return Err(of_cert(&"there is no certificate in it"));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| of_key(&error))?;
        let provider = provider();
        // Loaded by itself first: what is wrong with the key is not said of the certificate.
        provider.key_provider.load_private_key(key.clone_key()).map_err(|error| of_key(&error))?;
        CertifiedKey::from_der(chain, key, &provider).map_err(|error| of_cert(&error))
    }

    fn look(&self) -> Option<[Look; 2]> {
        let look = |path| std::fs::metadata(path).ok().map(|metadata| Look::of(&metadata));
        Some([look(&self.cert)?, look(&self.key)?])
    }
}

/// A file that cannot be used, by what it should be.
fn refused(what: &'static str, path: &Path, problem: &dyn Display) -> Failure {
    Failure::TlsFiles { what, path: path.to_owned(), problem: problem.to_string() }
}

/// Refuses a key that everybody on this machine can read or change. A group may: that is how
/// renewing programs hand keys over.
fn not_for_all(key: &Path) -> Result<(), Failure> {
    // One that is missing is told of by who reads it.
    let Ok(metadata) = std::fs::metadata(key) else { return Ok(()) };
    let mode = metadata.mode() & 0o777;
    if mode & 0o007 == 0 { Ok(()) } else { Err(Failure::NotPrivate { path: key.to_owned(), mode }) }
}

impl Look {
    fn of(metadata: &Metadata) -> Self {
        Self {
            inode: metadata.ino(),
            length: metadata.len(),
            changed: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}
