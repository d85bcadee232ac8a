//! What the same machine does in the same run without the server.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use serde::Serialize;

use crate::call::Call;
use crate::echo::Echo;
use crate::failure::Failure;
use crate::interrupt;
use crate::load::{Load, Source};
use crate::raw::{Commits, Group, p256_signatures, p256_verifications};

/// How long each is measured.
const LENGTH: Duration = Duration::from_millis(700);

/// Something to compare a rate with.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// What it is.
    pub(crate) title: &'static str,
    /// How often in a second.
    pub(crate) rate: f64,
}

/// Measures them, files in `directory`: an HTTP echo, cryptography on all processors, durable commits.
///
/// # Errors
///
/// One of them fails.
pub(crate) fn references(directory: &Path) -> Result<Vec<Row>, Failure> {
    let place = tempfile::tempdir_in(directory).map_err(Failure::file(directory))?;
    let echo = Echo::start(place.path(), 60)?;
    let load = Load {
        target: echo.target.clone(),
        call: Arc::new(Call::post("/", StatusCode::OK).with_bodies(vec![vec![b'x'; 900].into()])),
        connections: 64,
    };
    let echoes = load.run(LENGTH / 5, LENGTH)?.rate;
    let mut commits = Commits::create(place.path())?;
    let mut rows = vec![Row { title: "HTTP echo over the same TLS, 64 connections", rate: echoes }];
    for (title, rate) in [
        ("P-256 verifications, all cores", p256_verifications(LENGTH)?),
        ("P-256 signatures, all cores", p256_signatures(LENGTH)?),
        ("durable rows, 32 for a commit", commits.rows(Group::OfThirtyTwo, LENGTH)?),
        ("durable rows, one for a commit", commits.rows(Group::OfOne, LENGTH)?),
    ] {
        interrupt::check()?;
        rows.push(Row { title, rate });
    }
    Ok(rows)
}
