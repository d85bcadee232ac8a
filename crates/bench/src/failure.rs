//! Why nothing could be measured.

use std::io;
use std::path::{Path, PathBuf};

/// Why nothing could be measured. Wrong answers under load are counted instead ([`crate::load`]).
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{what} answered {status}: {body}")]
    Answer { what: String, status: u16, body: String },
    #[error("making a certificate or request for the measurement: {0}")]
    Certificate(#[from] rcgen::Error),
    #[error("the reference's cryptography refused {0}")]
    Cryptography(&'static str),
    #[error("the reference's database: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("{} ended with {status}: {log}", program.display())]
    Ended { program: PathBuf, status: std::process::ExitStatus, log: String },
    #[error("there are no more {0}")]
    Exhausted(&'static str),
    #[error("a histogram of times could not be made or added to")]
    Histogram,
    #[error("talking HTTP: {0}")]
    Http(#[from] hyper::Error),
    #[error("PostgreSQL: {0}")]
    Postgres(#[from] tokio_postgres::Error),
    #[error("building a request: {0}")]
    HttpRequest(#[from] hyper::http::Error),
    #[error("interrupted")]
    Interrupted,
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    #[error("reading or writing JSON: {0}")]
    Json(#[source] serde_json::Error),
    #[error("making or reading {what}: {text}")]
    Ours { what: &'static str, text: String },
    #[error("{} is no executable; build it with `cargo build --release -p server`", .0.display())]
    NoServer(PathBuf),
    #[error("a thread of the load panicked")]
    Panicked,
    #[error("{0} took too long")]
    Slow(&'static str),
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    #[error("{what} was not understood: {text}")]
    Unintelligible { what: &'static str, text: String },
}

impl Failure {
    /// For `map_err`: an I/O error and what was tried.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        |source| Self::Io { what, source }
    }

    /// For `map_err`: something that the server's own crates refused to make or to read.
    pub(crate) fn ours<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::Ours { what, text: error.to_string() }
    }

    /// For `map_err`: an I/O error with a file.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::io(path.display().to_string())
    }
}
