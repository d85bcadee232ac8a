//! Why there is no master key, and what to do about it.

use std::io;
use std::path::PathBuf;

/// Why a master key could not be read or kept. Every text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file to create exists.
    #[error("{} exists already and is not overwritten; use it, or name another file", .0.display())]
    Exists(PathBuf),
    /// Users other than the owner can read or write the file.
    #[error(
        "others can read or change the master key file {path} (mode {mode:04o}); \
         run: chmod 600 {path}", path = path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Another user owns the file, who could replace it.
    #[error(
        "the master key file {path} belongs to user {owner}, but this process runs as user {user}; \
         run: chown {user} {path}", path = path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Whose it is, a user number.
        owner: u32,
        /// Who runs this process, a user number.
        user: u32,
    },
    /// The text is not a master key.
    #[error(
        "{0} does not hold a master key, which is one line of 64 hexadecimal digits; \
         put the right one back from its copy"
    )]
    Malformed(String),
    /// The file is not there.
    #[error(
        "there is no master key file {}; put it back from its copy, or name its place",
        .0.display()
    )]
    Missing(PathBuf),
    /// The path is a directory, a device or the like.
    #[error("the master key file {} is not a regular file; name another one", .0.display())]
    NotAFile(PathBuf),
    /// Reading failed.
    #[error("{origin} cannot be read; make it readable for this process")]
    Unreadable {
        /// Where the key was to come from.
        origin: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Writing the new file failed.
    #[error(
        "the master key file {} cannot be written; make its directory writable for this process",
        path.display()
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}
