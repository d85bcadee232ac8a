//! Resident memory after three idle seconds.

use std::thread;
use std::time::Duration;

use crate::failure::Failure;
use crate::figure::{Errors, Figure, Reference, Unit};
use crate::server::{Installation, Pool, Server, resident_memory};
use crate::statistics::Summary;

/// How long nobody asks anything.
const IDLE: Duration = Duration::from_secs(3);
/// 10^6 octets.
const AIM: f64 = 40.0;

/// Of a server that was just started, beside that of the one that has borne the load.
pub(super) fn measure(
    installation: &Installation,
    after_load: Option<f64>,
) -> Result<Figure, Failure> {
    let server = Server::start(installation, Pool::Usual)?;
    let fresh = of(&server)?;
    server.stop()?;
    let loaded = after_load.map(|value| Reference {
        title: "the server of the load, idle after it".to_owned(),
        value: one(value),
    });
    Ok(Figure {
        title: "idle memory".to_owned(),
        unit: Unit::Megabytes,
        value: one(fresh),
        aim: AIM,
        latency: None,
        server_cpu_us: None,
        references: loaded.into_iter().collect(),
        errors: Errors::default(),
    })
}

/// What the server holds after a pause, in 10^6 octets.
pub(super) fn of(server: &Server) -> Result<f64, Failure> {
    thread::sleep(IDLE);
    let octets = resident_memory(server.target.process).ok_or(Failure::Slow("reading /proc"))?;
    Ok(octets as f64 / 1e6)
}

fn one(value: f64) -> Summary {
    Summary { median: value, min: value, max: value }
}
