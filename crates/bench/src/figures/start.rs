//! From the start of the process to the first answer of `/readyz`.

use crate::failure::Failure;
use crate::figure::{Errors, Figure, Unit};
use crate::interrupt;
use crate::server::{Installation, Pool, Server};
use crate::statistics::Summary;

/// How often it is started.
const STARTS: usize = 7;
/// Milliseconds.
const AIM: f64 = 100.0;

/// Starts it again and again, on a data directory that is there already.
pub(super) fn measure(installation: &Installation) -> Result<Figure, Failure> {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        interrupt::check()?;
        let server = Server::start(installation, Pool::Usual)?;
        times.push(server.took.as_secs_f64() * 1e3);
        server.stop()?;
    }
    Ok(Figure {
        title: format!("start to ready, {STARTS} starts"),
        unit: Unit::Milliseconds,
        value: Summary::of(&times).ok_or(Failure::Slow("every start"))?,
        aim: AIM,
        latency: None,
        server_cpu_us: None,
        references: Vec::new(),
        errors: Errors::default(),
    })
}
