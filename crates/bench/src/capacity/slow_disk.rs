//! A disk that takes a millisecond longer for each commit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::seed::Cluster;

/// What makes the system's calls slower, for the server alone.
const SOURCE: &str = include_str!("../../slow_disk/slow_disk.c");

/// Compiles the library that slows a server's syncs down; it comes into `directory`.
///
/// # Errors
///
/// There is no C compiler `cc`, which Rust needs as well.
pub(super) fn library(directory: &Path) -> Result<PathBuf, Failure> {
    let (source, library) = (directory.join("slow_disk.c"), directory.join("slow_disk.so"));
    fs::write(&source, SOURCE).map_err(Failure::file(&source))?;
    let output = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-o"])
        .args([&library, &source])
        .stdin(Stdio::null())
        .output()
        .map_err(Failure::io("cc"))?;
    if output.status.success() {
        return Ok(library);
    }
    let log = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Failure::Ended { program: "cc".into(), status: output.status, log })
}

/// Has a PostgreSQL wait a millisecond before it writes commits to its disk (`commit_delay`), until this
/// is dropped. Needs a superuser.
pub(super) struct SlowCluster<'a>(&'a Cluster);

impl<'a> SlowCluster<'a> {
    /// Begins.
    ///
    /// # Errors
    ///
    /// The user may not.
    pub(super) fn begin(cluster: &'a Cluster) -> Result<Self, Failure> {
        for sql in [
            "ALTER SYSTEM SET commit_delay = 1000",
            "ALTER SYSTEM SET commit_siblings = 0",
            "SELECT pg_reload_conf()",
        ] {
            cluster.run(sql)?;
        }
        Ok(Self(cluster))
    }
}

impl Drop for SlowCluster<'_> {
    fn drop(&mut self) {
        for sql in [
            "ALTER SYSTEM RESET commit_delay",
            "ALTER SYSTEM RESET commit_siblings",
            "SELECT pg_reload_conf()",
        ] {
            if let Err(failure) = self.0.run(sql) {
                eprintln!("{sql}: {failure}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_sync_takes_a_millisecond_longer() {
        let directory = tempfile::tempdir().unwrap();
        let library = library(directory.path()).unwrap();
        let file = directory.path().join("synced");
        let began = Instant::now();

        let mut sync = Command::new("dd");
        sync.args(["if=/dev/zero", "bs=512", "count=1", "conv=fsync"]);
        let output =
            sync.arg(format!("of={}", file.display())).env("LD_PRELOAD", &library).output();

        assert!(output.unwrap().status.success());
        assert!(began.elapsed() >= Duration::from_millis(1));
        assert_eq!(fs::metadata(&file).unwrap().len(), 512);
    }
}
