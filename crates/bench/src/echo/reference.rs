//! The reference server as a process, as the server itself is one.

use std::env;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use rcgen::{CertificateParams, KeyPair};

use crate::client::{Target, trusting};
use crate::failure::Failure;
use crate::plain::PlainTarget;
use crate::server::Process;

/// The reference server without TLS, running.
pub(crate) struct PlainEcho {
    /// How to reach it.
    pub(crate) target: PlainTarget,
    _process: Process,
}

impl PlainEcho {
    /// Starts it with answers of `bytes` octets; its files come into `place`, which is new.
    ///
    /// # Errors
    ///
    /// It does not start.
    pub(crate) fn start(place: &Path, bytes: usize) -> Result<Self, Failure> {
        fs::create_dir(place).map_err(Failure::file(place))?;
        let (address, process) = started(place, bytes, |_command| {})?;
        Ok(Self { target: PlainTarget { address, process: process.id() }, _process: process })
    }
}

/// The reference server, running.
pub(crate) struct Echo {
    /// How to reach it.
    pub(crate) target: Target,
    _process: Process,
}

impl Echo {
    /// Starts it with answers of `bytes` octets; its files come into `directory`.
    ///
    /// # Errors
    ///
    /// Its certificate cannot be made, or it does not start.
    pub(crate) fn start(directory: &Path, bytes: usize) -> Result<Self, Failure> {
        let place = directory.join("echo");
        fs::create_dir(&place).map_err(Failure::file(&place))?;
        let certificate = place.join("certificate.pem");
        let key = place.join("key.pem");
        let pair = KeyPair::generate()?;
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()])?;
        let issued = params.self_signed(&pair)?;
        fs::write(&certificate, issued.pem()).map_err(Failure::file(&certificate))?;
        fs::write(&key, pair.serialize_pem()).map_err(Failure::file(&key))?;

        let (address, process) = started(&place, bytes, |command| {
            command.arg("--certificate").arg(&certificate).arg("--key").arg(&key);
        })?;
        let target = Target { address, tls: trusting(&certificate)?, process: process.id() };
        Ok(Self { target, _process: process })
    }
}

/// Starts it with what `more` adds to its command line; where it listens.
fn started(
    place: &Path,
    bytes: usize,
    more: impl FnOnce(&mut Command),
) -> Result<(SocketAddr, Process), Failure> {
    let program = env::current_exe().map_err(Failure::io("finding this executable"))?;
    let address_file = place.join("address");
    let mut command = Command::new(&program);
    command.arg("echo").arg("--bytes").arg(bytes.to_string());
    more(&mut command);
    command.arg("--address-file").arg(&address_file).stdin(Stdio::piped());
    let mut process = Process::start(command, &place.join("log"), None)?;
    Ok((process.address(&address_file)?, process))
}
