//! A data directory with an account, made by `cinnabar init`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustls::ClientConfig;
use serde::Deserialize;

use crate::client::trusting;
use crate::failure::Failure;
use crate::site::Setup;

/// Quotas would end a load before the window does.
const SETTINGS: &str = "[quota]\nca = 0\ncsr = 0\n";

/// A data directory with an account.
pub(crate) struct Installation {
    /// What `init` said.
    pub(crate) credentials: Credentials,
    /// Trusts its authority.
    pub(crate) tls: Arc<ClientConfig>,
    cinnabar: PathBuf,
    place: PathBuf,
    setup: Setup,
}

/// Whether the server keeps RSA keys ready.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pool {
    /// No: what it does for a request is all that it does.
    Off,
    /// As it does unless told otherwise.
    Usual,
}

/// What `init` says, as far as it is needed.
#[derive(Debug, Deserialize)]
pub(crate) struct Credentials {
    /// The account's name.
    pub(crate) account_name: String,
    /// The administrator's name.
    pub(crate) user_name: String,
    /// The administrator's password.
    pub(crate) password: String,
    /// The account's project.
    pub(crate) project_id: String,
    ca_file: PathBuf,
}

impl Credentials {
    /// The certificate that the server is believed by, PEM.
    pub(crate) fn ca_file(&self) -> &Path {
        &self.ca_file
    }
}

impl Installation {
    /// Has the executable `cinnabar` make one in the new directory `place`.
    ///
    /// # Errors
    ///
    /// `init` fails or says something else than it should.
    pub(crate) fn create(cinnabar: &Path, place: PathBuf) -> Result<Self, Failure> {
        Self::create_with(cinnabar, place, Setup::default())
    }

    /// The same, with a database or several servers.
    ///
    /// # Errors
    ///
    /// `init` fails or says something else than it should.
    pub(crate) fn create_with(
        cinnabar: &Path,
        place: PathBuf,
        setup: Setup,
    ) -> Result<Self, Failure> {
        fs::create_dir(&place).map_err(Failure::file(&place))?;
        let settings = place.join("cinnabar.toml");
        fs::write(&settings, SETTINGS).map_err(Failure::file(&settings))?;
        let log = place.join("init.log");
        let file = File::create(&log).map_err(Failure::file(&log))?;
        let mut init = command(cinnabar, &place, "init");
        if let Some(url) = &setup.database {
            init.args(["--database", url]);
        }
        let output = init
            .args(["--format", "json"])
            .env_clear()
            .stdin(Stdio::null())
            .stderr(file)
            .output()
            .map_err(Failure::file(cinnabar))?;
        if !output.status.success() {
            let log = fs::read_to_string(&log).unwrap_or_default().trim().to_owned();
            let program = cinnabar.to_owned();
            return Err(Failure::Ended { program, status: output.status, log });
        }
        let kept = place.join("init.json");
        keep(&kept, &output.stdout).map_err(Failure::file(&kept))?;
        let credentials: Credentials =
            serde_json::from_slice(&output.stdout).map_err(Failure::Json)?;
        let tls = trusting(&credentials.ca_file)?;
        Ok(Self { credentials, tls, cinnabar: cinnabar.to_owned(), place, setup })
    }

    /// The URL of its database, if that is no file.
    pub(crate) fn database_url(&self) -> Option<&str> {
        self.setup.database.as_deref()
    }

    /// How many servers there are to be beyond the first.
    pub(crate) fn more_nodes(&self) -> usize {
        self.setup.more_nodes
    }

    /// The command that serves it on free ports: the first server, or another one on the same
    /// database, with a data directory of its own and the first one's master key.
    pub(crate) fn serve(&self, address_file: &Path, pool: Pool, node: usize) -> Command {
        let mut command = Command::new(&self.cinnabar);
        command.arg("serve").arg("--data-dir").arg(self.data_directory_of(node));
        command.arg("--config").arg(self.place.join("cinnabar.toml"));
        if let Some(url) = &self.setup.database {
            command.args(["--database", url]);
        }
        if node > 0 {
            command.arg("--master-key-file").arg(self.data_directory().join("master.key"));
        }
        for listener in ["--listen", "--public-listen", "--admin-listen"] {
            command.args([listener, "127.0.0.1:0"]);
        }
        if pool == Pool::Off {
            for size in ["--rsa-pool-2048", "--rsa-pool-3072", "--rsa-pool-4096"] {
                command.args([size, "0"]);
            }
        }
        command.arg("--address-file").arg(address_file).stdin(Stdio::null());
        command
    }

    /// The library that is to be loaded into its servers.
    pub(crate) fn preload(&self) -> Option<&Path> {
        self.setup.preload.as_deref()
    }

    /// Where the next server writes its address; what the last one wrote is removed.
    ///
    /// # Errors
    ///
    /// It cannot be removed.
    pub(crate) fn fresh_address_file(&self, node: usize) -> Result<PathBuf, Failure> {
        let file = self.place.join(format!("address-{node}"));
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Failure::file(&file)(error))
            }
            _ => Ok(file),
        }
    }

    /// Runs a command of `cinnabar` beside the server.
    ///
    /// # Errors
    ///
    /// It fails.
    pub(crate) fn run(&self, words: &[&str]) -> Result<(), Failure> {
        let mut command = Command::new(&self.cinnabar);
        command.args(words).arg("--data-dir").arg(self.data_directory());
        command.arg("--config").arg(self.place.join("cinnabar.toml"));
        let output = command.env_clear().output().map_err(Failure::file(&self.cinnabar))?;
        if output.status.success() {
            return Ok(());
        }
        let log = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Failure::Ended { program: self.cinnabar.clone(), status: output.status, log })
    }

    /// The database's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.data_directory().join("cinnabar.db")
    }

    /// The certificates that a server is believed by: its own authority's, where it has one.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    pub(crate) fn tls_of(&self, node: usize) -> Result<Arc<ClientConfig>, Failure> {
        let own = self.data_directory_of(node).join("tls").join("ca.pem");
        if node > 0 && own.is_file() { trusting(&own) } else { Ok(self.tls.clone()) }
    }

    /// The data directory of the first server.
    pub(crate) fn data_directory(&self) -> PathBuf {
        self.data_directory_of(0)
    }

    fn data_directory_of(&self, node: usize) -> PathBuf {
        if node == 0 { self.place.join("data") } else { self.place.join(format!("data-{node}")) }
    }

    /// Where a server's log goes.
    pub(crate) fn log_file(&self, node: usize) -> PathBuf {
        self.place.join(format!("serve-{node}.log"))
    }
}

/// Writes what only this user may read.
fn keep(file: &Path, secret: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(file)?.write_all(secret)
}

fn command(cinnabar: &Path, place: &Path, verb: &str) -> Command {
    let mut command = Command::new(cinnabar);
    command.arg(verb).arg("--data-dir").arg(place.join("data"));
    command.arg("--config").arg(place.join("cinnabar.toml"));
    command
}
