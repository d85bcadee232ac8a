//! What the load program does beside its figures, one command a file.

pub(crate) mod capacity;
pub(crate) mod efficiency;
pub(crate) mod load;
mod references;
pub(crate) mod scale;
pub(crate) mod seed;
pub(crate) mod soak;
mod words;

pub(crate) use references::{Row, references};
pub(crate) use words::{number, row};

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::failure::Failure;

/// Where results go beside standard output.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Results {
    /// Write everything that was measured into this file.
    #[arg(long = "json", value_name = "FILE", id = "json_file")]
    pub(crate) json: Option<PathBuf>,
    /// Draw it into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

impl Results {
    /// Writes what was measured, where that was asked for.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(crate) fn keep(&self, measured: &impl Serialize) -> Result<(), Failure> {
        match &self.json {
            None => Ok(()),
            Some(file) => write_json(file, measured),
        }
    }
}

fn write_json(file: &Path, measured: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(measured).map_err(Failure::Json)?;
    fs::write(file, text + "\n").map_err(Failure::file(file))
}
