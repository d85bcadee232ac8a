//! The figures, one after the other.

mod create_csr;
mod crl;
mod export_authority;
mod idle_memory;
mod issue;
mod ocsp;
mod revoke;
mod rsa_burst;
mod search;
mod start;
mod upload_csr;
mod windows;

use std::env;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::TempDir;

use crate::arguments::{Arguments, FigureName};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::interrupt;
use crate::machine::Machine;
use crate::requests::sign_in;
use crate::server::{Installation, Pool, Server};
use crate::world::{Size, World};
use windows::Windows;

/// Everything that a run found.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// On what.
    pub(crate) machine: Machine,
    /// How long a window was.
    pub(crate) seconds: u32,
    /// How many windows a figure had.
    pub(crate) windows: u32,
    /// In the order in which they were measured.
    pub(crate) figures: Vec<Figure>,
}

/// What the request figures share: one server, one token.
struct Bench {
    directory: PathBuf,
    server: Server,
    token: String,
    windows: Windows,
}

/// Measures what the arguments ask for.
///
/// # Errors
///
/// See [`Failure`]; every server is stopped by then.
pub(crate) fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let cinnabar = executable(arguments)?;
    let directory = temporary_directory(arguments)?;
    let mut figures = Vec::new();
    let mut after_load = None;
    if LOADS.iter().any(|(name, _)| arguments.includes(*name)) {
        let bench = Bench::start(&cinnabar, directory.path(), arguments)?;
        for (name, measure) in LOADS {
            if arguments.includes(name) {
                say(name);
                figures.push(measure(&bench)?);
            }
        }
        if arguments.includes(FigureName::Memory) {
            after_load = Some(idle_memory::of(&bench.server)?);
        }
        bench.server.stop()?;
    }
    if OF_MANY.iter().any(|name| arguments.includes(*name)) {
        figures.extend(of_many(&cinnabar, directory.path(), arguments)?);
    }
    if arguments.includes(FigureName::RsaBurst) {
        say(FigureName::RsaBurst);
        figures.push(rsa_burst::measure(&cinnabar, directory.path())?);
    }
    if arguments.includes(FigureName::Start) || arguments.includes(FigureName::Memory) {
        let fresh = Installation::create(&cinnabar, directory.path().join("fresh"))?;
        if arguments.includes(FigureName::Start) {
            say(FigureName::Start);
            figures.push(start::measure(&fresh)?);
        }
        if arguments.includes(FigureName::Memory) {
            say(FigureName::Memory);
            figures.push(idle_memory::measure(&fresh, after_load)?);
        }
    }
    let Arguments { seconds, windows, .. } = *arguments;
    Ok(Report { machine: Machine::this(), seconds, windows, figures })
}

/// The figures of an authority that issued and revoked very many certificates, in the order of their
/// measurement: a search is measured first, since revocations change pages, and what is revoked is
/// measured last.
const OF_MANY: [FigureName; 5] = [
    FigureName::Search,
    FigureName::OcspCached,
    FigureName::OcspLive,
    FigureName::Crl,
    FigureName::Revoke,
];

/// How many it revoked.
const MANY: usize = 1_000_000;

/// Measures those that the arguments ask for.
fn of_many(
    cinnabar: &Path,
    directory: &Path,
    arguments: &Arguments,
) -> Result<Vec<Figure>, Failure> {
    let windows = Windows::new(arguments.windows, arguments.seconds);
    let size = Size { revoked: MANY, waiting: revoke::how_many(windows) };
    let world = World::create(cinnabar, directory.join("many"), size)?;
    crl::settled(&world)?;
    let mut figures = Vec::new();
    for name in OF_MANY.into_iter().filter(|name| arguments.includes(*name)) {
        say(name);
        match name {
            FigureName::Search => figures.extend(search::measure(&world, windows)?),
            FigureName::OcspCached => figures.push(ocsp::cached(&world, directory, windows)?),
            FigureName::OcspLive => figures.push(ocsp::live(&world, directory, windows)?),
            FigureName::Crl => figures.extend(crl::measure(&world, directory, windows)?),
            FigureName::Revoke => {
                figures.push(revoke::measure(&world, (cinnabar, directory), windows)?);
            }
            _ => {}
        }
    }
    world.server.stop()?;
    Ok(figures)
}

type Measure = fn(&Bench) -> Result<Figure, Failure>;

/// The figures that need a load, in the order of their measurement.
const LOADS: [(FigureName, Measure); 6] = [
    (FigureName::CreateP256, create_csr::p256),
    (FigureName::UploadP256, upload_csr::p256),
    (FigureName::Export, export_authority::measure),
    (FigureName::IssueCsr, issue::by_csr),
    (FigureName::IssueKey, issue::with_key),
    (FigureName::CreateRsa, create_csr::rsa_2048),
];

impl Bench {
    fn start(cinnabar: &Path, directory: &Path, arguments: &Arguments) -> Result<Self, Failure> {
        let installation = Installation::create(cinnabar, directory.join("loaded"))?;
        let server = Server::start(&installation, Pool::Off)?;
        let token = sign_in(&server.target, &installation.credentials)?;
        let windows = Windows::new(arguments.windows, arguments.seconds);
        Ok(Self { directory: directory.to_owned(), server, token, windows })
    }
}

/// The server's executable, which must be there: nothing else could be said about it.
///
/// # Errors
///
/// There is none.
pub(crate) fn executable(arguments: &Arguments) -> Result<PathBuf, Failure> {
    let file = match &arguments.cinnabar {
        Some(file) => file.clone(),
        None => beside_this_one()?.join("cinnabar"),
    };
    // A bare name would be looked for in PATH.
    file.canonicalize().ok().filter(|file| file.is_file()).ok_or(Failure::NoServer(file))
}

/// A directory that is removed at the end.
///
/// # Errors
///
/// It cannot be made.
pub(crate) fn temporary_directory(arguments: &Arguments) -> Result<TempDir, Failure> {
    let parent = arguments.directory.clone().map_or_else(beside_this_one, Ok)?;
    let parent = parent.canonicalize().map_err(Failure::file(&parent))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix("bench-").tempdir_in(&parent).map_err(Failure::file(&parent))
}

fn beside_this_one() -> Result<PathBuf, Failure> {
    let this = env::current_exe().map_err(Failure::io("finding this executable"))?;
    Ok(this.parent().unwrap_or(Path::new("/")).to_owned())
}

/// Tells what takes the time, on standard error.
fn say(name: FigureName) {
    if interrupt::check().is_ok() {
        eprintln!("measuring {name:?} ...");
    }
}
