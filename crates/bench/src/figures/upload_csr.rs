//! `POST /v3/scm/csr/upload`: a verification and a durable commit.

use std::sync::Arc;
use std::thread;

use super::Bench;
use super::windows::{Aim, Raw, Subject, Windows};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::load::Load;
use crate::machine;
use crate::raw::{Group, p256_verifications};
use crate::requests::{new_csr, upload_csr};

/// How many requests there are for each second of load: more than are expected to be used, because
/// one that comes again could be answered from a memory of signatures that were verified.
const IN_A_SECOND: usize = 8000;
/// However long the load, no more than this, about 80 MB.
const MOST: usize = 200_000;

/// For P-256 keys, without them.
pub(super) fn p256(bench: &Bench) -> Result<Figure, Failure> {
    let csrs = new_csrs(how_many(bench.windows))?;
    let call = upload_csr(&csrs).with_token(&bench.token);
    drop(csrs);
    bench.windows.measure(Subject {
        title: "upload CSR EC_P256, 32 connections",
        load: Box::new(Load {
            target: bench.server.target.clone(),
            call: Arc::new(call),
            connections: 32,
        }),
        references: vec![
            Raw::new("P-256 verification, all cores", 0.25, p256_verifications),
            Raw::commits(Group::OfOne, &bench.directory)?,
            Raw::commits(Group::OfThirtyTwo, &bench.directory)?,
        ],
        aim: Aim::Rate(4000.0),
    })
}

/// For how many there is time in the windows.
fn how_many(windows: Windows) -> usize {
    let seconds = usize::try_from(windows.total().as_secs()).unwrap_or(MOST) + 1;
    seconds.saturating_mul(IN_A_SECOND).min(MOST)
}

/// Makes so many, on all processors.
fn new_csrs(count: usize) -> Result<Vec<String>, Failure> {
    let threads = machine::cores();
    let each = count.div_ceil(threads);
    thread::scope(|scope| {
        let makers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| (0..each).map(|_| new_csr()).collect::<Result<Vec<_>, _>>()))
            .collect();
        let mut csrs = Vec::with_capacity(count);
        for maker in makers {
            csrs.extend(maker.join().unwrap_or(Err(Failure::Panicked))?);
        }
        Ok(csrs)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_requests_for_the_whole_load_but_not_without_bound() {
        assert_eq!(how_many(Windows::new(1, 5)), 56_000);
        assert_eq!(how_many(Windows::new(99, 60)), 200_000);
    }

    #[test]
    fn as_many_requests_are_made_as_are_asked_for() {
        assert!(new_csrs(5).unwrap().len() >= 5);
    }
}
