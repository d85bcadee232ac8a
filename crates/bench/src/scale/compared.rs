//! One operation with very many stored certificates and without, in alternating windows.

use std::time::Duration;

use serde::Serialize;

use super::Filled;
use crate::failure::Failure;
use crate::generator::Operation;
use crate::statistics::Summary;

/// Which certificates a window asks about where there are very many.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum About {
    /// As many as of the other server, spread over all, each of which was asked about before: what
    /// differs then is how many are stored, not how many are in use.
    Familiar,
    /// Others, which were not: their pages may be on the disk only, and no answer about them is kept.
    Strange,
}

/// What is compared: what nobody has asked about after what somebody has, or its OCSP answers would be
/// kept in the place of theirs; and revocations last, because they make CRLs.
pub(super) const COMPARED: [(Operation, About); 7] = [
    (Operation::Issue, About::Familiar),
    (Operation::List, About::Familiar),
    (Operation::Show, About::Familiar),
    (Operation::Ocsp, About::Familiar),
    (Operation::Show, About::Strange),
    (Operation::Ocsp, About::Strange),
    (Operation::Revoke, About::Familiar),
];

/// What was measured of an operation.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Compared {
    /// Which.
    pub(super) operation: Operation,
    /// About what, where there are very many.
    pub(super) about: About,
    /// The server's processor time with very many, microseconds.
    pub(super) cpu_many_us: f64,
    /// And without.
    pub(super) cpu_none_us: f64,
    /// Of each pair.
    pub(super) cpu_ratio: Summary,
    /// Answers in a second with very many.
    pub(super) rate_many: f64,
    /// And without.
    pub(super) rate_none: f64,
    /// Answers that were not as they should be.
    pub(super) errors: u64,
}

impl Compared {
    /// Measures pairs of windows over 64 connections.
    ///
    /// # Errors
    ///
    /// A server answers nobody.
    pub(super) fn measure(
        (operation, about): (Operation, About),
        (none, many): (&Filled, &Filled),
        (pairs, length): (u32, Duration),
    ) -> Result<Self, Failure> {
        let (mut cpu, mut rate, mut ratio) = ((vec![], vec![]), (vec![], vec![]), vec![]);
        let mut errors = 0;
        for _ in 0..pairs {
            let without = none.window((operation, About::Familiar), length)?;
            let with = many.window((operation, about), length)?;
            let (one, other) = (with.server_cpu_us, without.server_cpu_us);
            let (one, other) = one.zip(other).ok_or(Failure::Slow("every answer"))?;
            cpu.0.push(one);
            cpu.1.push(other);
            ratio.push(one / other);
            rate.0.push(with.rate);
            rate.1.push(without.rate);
            errors += with.errors.count + without.errors.count;
        }
        let summary = |values: &[f64]| Summary::of(values).ok_or(Failure::Slow("every pair"));
        Ok(Self {
            operation,
            about,
            cpu_many_us: summary(&cpu.0)?.median,
            cpu_none_us: summary(&cpu.1)?.median,
            cpu_ratio: summary(&ratio)?,
            rate_many: summary(&rate.0)?.median,
            rate_none: summary(&rate.1)?.median,
            errors,
        })
    }

    /// What it is in words.
    pub(super) fn title(&self) -> String {
        match self.about {
            About::Familiar => self.operation.word().to_owned(),
            About::Strange => format!("{}, first time", self.operation),
        }
    }
}
