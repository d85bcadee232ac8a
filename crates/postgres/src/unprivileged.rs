//! PostgreSQL refuses to run as root: for root its programs run as nobody.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use tempfile::TempDir;

/// The user and the group of who owns nothing.
const NOBODY: u32 = 65_534;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Lets a command run as somebody who is not root.
pub(crate) fn demote(command: &mut Command) {
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
}

/// A new directory that PostgreSQL can use, with a name that is short enough for a socket in it.
pub(crate) fn directory() -> TempDir {
    let place = env::temp_dir();
    let place = if is_root() && !is_open(&place) { Path::new("/tmp") } else { &place };
    let directory =
        tempfile::Builder::new().prefix("cinnabar-pg-").tempdir_in(place).expect("a directory");
    give(directory.path());
    directory
}

/// Hands a file or a directory over to whom PostgreSQL runs as.
pub(crate) fn give(path: &Path) {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).expect("a directory for nobody");
    }
}

/// Whether everybody can reach what is in a directory.
fn is_open(directory: &Path) -> bool {
    directory.ancestors().all(|above| {
        fs::metadata(above).is_ok_and(|metadata| metadata.permissions().mode() & 0o001 != 0)
    })
}
