//! Why a command failed, and what its user can do about it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use keys::MasterKeyError;

/// Why a command failed: one variant for each cause that asks something else of the user.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Another process listens there.
    #[error("{address} is in use by another program")]
    AddressTaken { address: SocketAddr, flag: &'static str },
    /// The system refuses to listen there.
    #[error("cannot listen on {address}: {cause}")]
    AddressUnusable { address: SocketAddr, flag: &'static str, cause: std::io::Error },
    /// The running server did not answer as expected.
    #[error("the running server did not answer: {0}")]
    Administration(String),
    /// `init` on a data directory that was made already.
    #[error("{} was initialised already; nothing was changed", .0.display())]
    AlreadyInitialised(PathBuf),
    /// Settings that do not go together.
    #[error("{problem}")]
    Contradiction { problem: String, hint: &'static str },
    /// The database cannot be opened or read.
    #[error("{what}: {}", chain(.cause.as_ref()))]
    Database { what: &'static str, cause: Box<dyn std::error::Error + Send + Sync> },
    /// The database's file is used by another process.
    #[error("the database {} is used by another cinnabar{}", path.display(), pid(*holder))]
    DatabaseLocked { path: PathBuf, holder: Option<u32> },
    /// The data directory is used by another process.
    #[error("data directory {} is used by another cinnabar{}", path.display(), pid(*holder))]
    DirectoryLocked { path: PathBuf, holder: Option<u32> },
    /// There is no data directory.
    #[error("there is no data directory {}", .0.display())]
    DirectoryMissing(PathBuf),
    /// Nothing says where the data directory is.
    #[error("no data directory is named, and HOME is not set")]
    DirectoryUnnamed,
    /// The data directory cannot be made, read or written.
    #[error("cannot use data directory {}: {cause}", path.display())]
    DirectoryUnusable { path: PathBuf, cause: std::io::Error },
    /// A file cannot be read or written.
    #[error("cannot {act} {}: {cause}", path.display())]
    File { act: &'static str, path: PathBuf, cause: std::io::Error },
    /// Something that no user can act on.
    #[error("{what}: {}", chain(.cause.as_ref()))]
    Internal { what: &'static str, cause: Box<dyn std::error::Error + Send + Sync> },
    /// A value that the rules refuse.
    #[error("{problem}")]
    Invalid { problem: String, hint: &'static str },
    /// The master key is missing or malformed.
    #[error("{}", of_master_key(.0))]
    MasterKey(MasterKeyError),
    /// The data directory was not made yet.
    #[error("{} is not initialised", .0.display())]
    NotInitialised(PathBuf),
    /// A file or directory is somebody else's.
    #[error("{} belongs to user {owner}, not to user {own}, who runs this", path.display())]
    NotOwned { path: PathBuf, owner: u32, own: u32 },
    /// A file or directory is open to others.
    #[error("others can read or write {} (mode {mode:03o})", path.display())]
    NotPrivate { path: PathBuf, mode: u32 },
    /// A refusal that a running server told, with its own hint.
    #[error("{error}")]
    Refused { error: String, hint: String },
    /// The settings file is malformed.
    #[error("settings file {}: {problem}", path.display())]
    Settings { path: PathBuf, problem: String },
    /// The given certificate or key cannot be used.
    #[error("cannot use TLS {what} {}: {problem}", path.display())]
    TlsFiles { what: &'static str, path: PathBuf, problem: String },
    /// The master key is not the one that the keys were sealed under.
    #[error("this is not the master key of data directory {}; nothing was written", .0.display())]
    WrongMasterKey(PathBuf),
}

impl Failure {
    /// A failure that no user can act on.
    pub(crate) fn internal(
        what: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Internal { what, cause: cause.into() }
    }

    /// The database cannot be used, whether it is damaged or the disk does not let it be read.
    pub(crate) fn database(
        what: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Database { what, cause: cause.into() }
    }

    /// What the user can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::AddressTaken { flag, .. } => {
                format!("stop that program, or choose another address with {flag} ADDRESS:PORT")
            }
            Self::AddressUnusable { flag, .. } => {
                format!("choose an address of this machine with {flag} ADDRESS:PORT")
            }
            Self::Administration(_) => "its log says why; restart it if it hangs".to_owned(),
            Self::AlreadyInitialised(_) => {
                "serve it with `cinnabar serve`, or name another directory with --data-dir"
                    .to_owned()
            }
            Self::Contradiction { hint, .. } | Self::Invalid { hint, .. } => (*hint).to_owned(),
            Self::Database { .. } => {
                "check the disk and the permissions of cinnabar.db; if it is damaged, restore the \
                 data directory from a backup"
                    .to_owned()
            }
            Self::DatabaseLocked { .. } => {
                "stop that one, or name another database: a file is for one process at a time"
                    .to_owned()
            }
            Self::DirectoryLocked { .. } => {
                "stop that one, or name another directory with --data-dir".to_owned()
            }
            Self::DirectoryMissing(_) | Self::NotInitialised(_) => {
                "name the right one with --data-dir, or make it with `cinnabar init`".to_owned()
            }
            Self::DirectoryUnnamed => "name it with --data-dir DIR".to_owned(),
            Self::DirectoryUnusable { .. } => {
                "check its path and permissions, or name another directory with --data-dir"
                    .to_owned()
            }
            Self::File { .. } => "check its path and permissions".to_owned(),
            Self::Internal { .. } => {
                "--log-level debug tells more; if it is a fault of the program, report it"
                    .to_owned()
            }
            Self::MasterKey(MasterKeyError::Exposed { path, .. }) => {
                format!("chmod 600 '{}'", path.display())
            }
            Self::MasterKey(MasterKeyError::Foreign { path, user, .. }) => {
                format!("run as its owner, or: chown {user} '{}'", path.display())
            }
            Self::MasterKey(MasterKeyError::Unwritable { .. }) => {
                "check its path and permissions, or name another file with --master-key-file"
                    .to_owned()
            }
            Self::MasterKey(_) => {
                "the key is looked for where --master-key-fd, --master-key-file or \
                 CINNABAR_MASTER_KEY says, else in DIR/master.key"
                    .to_owned()
            }
            Self::NotOwned { path, own, .. } => {
                format!("run as its owner, or: chown -R {own} '{}'", path.display())
            }
            Self::NotPrivate { path, .. } => format!("chmod go= '{}'", path.display()),
            Self::Refused { hint, .. } => hint.clone(),
            Self::Settings { .. } => {
                "cinnabar.example.toml in the source shows every key with its default".to_owned()
            }
            Self::TlsFiles { .. } => {
                "give a PEM certificate with its chain, leaf first, and its unencrypted PEM key"
                    .to_owned()
            }
            Self::WrongMasterKey(_) => {
                "restore the right key from its copy; without it the keys cannot be opened"
                    .to_owned()
            }
        }
    }

    /// How the process ends: 2 when what was typed or set makes no sense, else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Contradiction { .. } | Self::Settings { .. } => ExitCode::from(2),
            _ => ExitCode::from(1),
        }
    }
}

/// The holder of a lock, where it is known.
fn pid(holder: Option<u32>) -> String {
    holder.map(|pid| format!(" (pid {pid})")).unwrap_or_default()
}

/// What is wrong with the master key, without the advice that is the hint's.
fn of_master_key(error: &MasterKeyError) -> String {
    match error {
        MasterKeyError::Exposed { path, mode } => {
            let path = path.display();
            format!("others can read or change the master key file {path} (mode {mode:04o})")
        }
        MasterKeyError::Foreign { path, owner, user } => {
            let path = path.display();
            format!(
                "the master key file {path} belongs to user {owner}, not to user {user}, who runs \
                 this"
            )
        }
        error => chain(error),
    }
}

/// An error with its causes, on one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let next = cause.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = cause.source();
    }
    text
}
