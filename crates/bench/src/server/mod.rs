//! The server under measurement: an installation in a temporary directory, and its process.

mod counters;
mod installation;
mod process;

pub(crate) use counters::{PeakMemory, processor_time, resident_memory};
pub(crate) use installation::{Credentials, Installation, Pool};
pub(crate) use process::Process;

use std::thread;
use std::time::{Duration, Instant};

use crate::call::Call;
use crate::client::{self, Target};
use crate::failure::Failure;
use crate::plain::PlainTarget;

/// How long a server may take to become ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that is ready; stopped when it is dropped.
pub(crate) struct Server {
    /// How to reach it.
    pub(crate) target: Target,
    /// Where relying parties reach it.
    pub(crate) public: PlainTarget,
    /// From the start of the process to its first answer of `/readyz`.
    pub(crate) took: Duration,
    process: Process,
}

impl Server {
    /// Starts the installation's server and waits until it is ready.
    ///
    /// # Errors
    ///
    /// It ends, or is not ready after half a minute.
    pub(crate) fn start(installation: &Installation, pool: Pool) -> Result<Self, Failure> {
        Self::start_node(installation, pool, 0)
    }

    /// The same for one of several servers on one database; the first has the number 0.
    ///
    /// # Errors
    ///
    /// It ends, or is not ready after half a minute.
    pub(crate) fn start_node(
        installation: &Installation,
        pool: Pool,
        node: usize,
    ) -> Result<Self, Failure> {
        let address_file = installation.fresh_address_file(node)?;
        let command = installation.serve(&address_file, pool, node);
        let began = Instant::now();
        let log = installation.log_file(node);
        let mut process = Process::start(command, &log, installation.preload())?;
        let address = process.address(&address_file)?;
        let tls = installation.tls_of(node)?;
        let target = Target { address, tls, process: process.id() };
        let ready = Call::get("/readyz");
        loop {
            match client::once(&target, &ready) {
                Ok(_answer) => break,
                Err(failure) if began.elapsed() > PATIENCE => return Err(failure),
                Err(_not_yet) => thread::sleep(Duration::from_millis(1)),
            }
        }
        let took = began.elapsed();
        let public = PlainTarget { address: process.public_address()?, process: process.id() };
        Ok(Self { target, public, took, process })
    }

    /// Stops it as an administrator does, and waits for its end.
    ///
    /// # Errors
    ///
    /// It does not end in time, or not well.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        self.process.stop()
    }
}
