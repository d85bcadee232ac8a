//! `POST /v1/private-certificates/{certificate_id}/revoke` by one client.

use std::path::Path;

use super::windows::Windows;
use crate::failure::Failure;
use crate::figure::{Errors, Figure, Reference, Unit};
use crate::one_client::Times;
use crate::raw::{Commits, Group};
use crate::statistics::{Latency, Summary};
use crate::world::{Size, World};

/// Milliseconds, for the 99th percentile.
const AIM: f64 = 5.0;

/// How many a client revokes in a second at the very most.
const IN_A_SECOND: usize = 2500;

/// How many certificates there must be to revoke, those of the CRLs' windows too.
pub(super) fn how_many(windows: Windows) -> usize {
    let seconds = usize::try_from(windows.total().as_secs()).unwrap_or(usize::MAX) + 1;
    seconds.saturating_mul(IN_A_SECOND)
}

/// Of an authority that revoked very many, beside one that revoked one. CRLs are made meanwhile, as they
/// are wherever something is revoked.
pub(super) fn measure(
    world: &World,
    (cinnabar, directory): (&Path, &Path),
    windows: Windows,
) -> Result<Figure, Failure> {
    let size = Size { revoked: 0, waiting: how_many(windows) };
    let small = World::create(cinnabar, directory.join("without-revocations"), size)?;
    let mut commits = Commits::create(directory)?;
    let (mut many, mut none, mut raw) = (Vec::new(), Vec::new(), Vec::new());
    let (mut times, mut errors) = (Vec::new(), Errors::default());
    let length = windows.length();
    for _ in 0..windows.count() {
        let window = Times::of(&world.server.target, length, || world.next_revocation())?;
        many.push(window.p99()?);
        times.extend(window.times);
        errors.merge(window.errors);
        let window = Times::of(&small.server.target, length, || small.next_revocation())?;
        none.push(window.p99()?);
        errors.merge(window.errors);
        raw.push(1e3 / commits.rows(Group::OfOne, length.mul_f64(0.25))?);
    }
    small.server.stop()?;
    let summary = |times: &[f64]| Summary::of(times).ok_or(Failure::Slow("every revocation"));
    let reference = |title: &str, times: &[f64]| {
        Ok::<_, Failure>(Reference { title: title.to_owned(), value: summary(times)? })
    };
    Ok(Figure {
        title: "revoke, 1 client, p99, after 1,000,000".to_owned(),
        unit: Unit::Milliseconds,
        value: summary(&many)?,
        aim: AIM,
        latency: Latency::of(times),
        server_cpu_us: None,
        references: vec![
            reference("the same after 1", &none)?,
            reference("durable row, one for a commit, mean", &raw)?,
        ],
        errors,
    })
}
