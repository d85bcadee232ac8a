//! What came of a load.

use hdrhistogram::Histogram;
use serde::Serialize;

use super::recorder::{Recorder, Tally, histogram};
use super::watch::Watched;
use super::{Operation, Span};
use crate::failure::Failure;
use crate::figure::Errors;

/// What came of a load.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    /// How long it counted, in seconds.
    pub(crate) seconds: f64,
    /// Good answers in a second.
    pub(crate) rate: f64,
    /// Refusals (429 and 503) in a second.
    pub(crate) refused_rate: f64,
    /// Requests that an open loop left out because too many were not answered.
    pub(crate) dropped: u64,
    /// How long good answers took.
    pub(crate) times: Times,
    /// How long refusals took.
    pub(crate) refusals: Times,
    /// Each operation of the mix.
    pub(crate) operations: Vec<Measured>,
    /// The servers' processor time for each good answer, microseconds.
    pub(crate) server_cpu_us: Option<f64>,
    /// The load program's own.
    pub(crate) client_cpu_us: Option<f64>,
    /// The most memory that the servers held, 10^6 octets.
    pub(crate) memory_mb: Option<f64>,
    /// Piece by piece.
    pub(crate) slices: Vec<Slice>,
    /// Answers that were not as they should be.
    pub(crate) errors: Errors,
}

/// What came of one operation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    /// Which.
    pub(crate) operation: Operation,
    /// Good answers in a second.
    pub(crate) rate: f64,
    /// Refusals in a second.
    pub(crate) refused_rate: f64,
    /// How long good answers took.
    pub(crate) times: Times,
    /// How many answers were wrong.
    pub(crate) errors: u64,
}

/// Percentiles of times, in milliseconds; zero of none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Times {
    /// Half of them took no longer.
    pub(crate) p50_ms: f64,
    /// 90 of a hundred.
    pub(crate) p90_ms: f64,
    /// 99 of a hundred.
    pub(crate) p99_ms: f64,
    /// 999 of a thousand.
    pub(crate) p999_ms: f64,
    /// All of them.
    pub(crate) max_ms: f64,
}

/// A piece of a load.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Slice {
    /// When it ended, in seconds from the beginning.
    pub(crate) at: f64,
    /// Good answers in a second.
    pub(crate) rate: f64,
    /// How long half of them took at most.
    pub(crate) p50_ms: f64,
    /// And 99 of a hundred.
    pub(crate) p99_ms: f64,
    /// What the servers held at its end, 10^6 octets.
    pub(crate) memory_mb: f64,
}

impl Outcome {
    /// Sums up.
    ///
    /// # Errors
    ///
    /// The histograms are of different kinds, which they are not.
    pub(super) fn of(seen: Recorder, watched: Watched, span: Span) -> Result<Self, Failure> {
        let seconds = span.length.as_secs_f64();
        let (mut all, mut refused) = (histogram(3)?, histogram(3)?);
        let (mut operations, mut errors) = (Vec::new(), Errors::default());
        for (operation, tally) in Operation::ALL.into_iter().zip(seen.tallies) {
            let Tally { times, refused: refusals, errors: wrong } = tally;
            all.add(&times).map_err(|_| Failure::Histogram)?;
            refused.add(&refusals).map_err(|_| Failure::Histogram)?;
            if times.len() + refusals.len() + wrong.count > 0 {
                operations.push(Measured {
                    operation,
                    rate: times.len() as f64 / seconds,
                    refused_rate: refusals.len() as f64 / seconds,
                    times: Times::of(&times),
                    errors: wrong.count,
                });
            }
            errors.merge(wrong);
        }
        let answers = all.len() as f64;
        let for_each = |time: std::time::Duration| time.as_secs_f64() * 1e6 / answers;
        let memory = watched.memory.iter().max().filter(|most| **most > 0);
        let length = span.slice.as_secs_f64();
        let slices = seen.slices.iter().enumerate().map(|(place, times)| Slice {
            at: ((place + 1) as f64 * length).min(seconds),
            rate: times.len() as f64 / length.min(seconds - place as f64 * length),
            p50_ms: times.value_at_quantile(0.5) as f64 / 1e3,
            p99_ms: times.value_at_quantile(0.99) as f64 / 1e3,
            memory_mb: watched.memory.get(place).map_or(0.0, |octets| *octets as f64 / 1e6),
        });
        Ok(Self {
            seconds,
            rate: answers / seconds,
            refused_rate: refused.len() as f64 / seconds,
            dropped: seen.dropped,
            times: Times::of(&all),
            refusals: Times::of(&refused),
            operations,
            server_cpu_us: watched.servers.filter(|_| answers > 0.0).map(for_each),
            client_cpu_us: watched.own.filter(|_| answers > 0.0).map(for_each),
            memory_mb: memory.map(|octets| *octets as f64 / 1e6),
            slices: slices.collect(),
            errors,
        })
    }
}

impl Times {
    fn of(times: &Histogram<u64>) -> Self {
        let ms = |quantile| times.value_at_quantile(quantile) as f64 / 1e3;
        if times.is_empty() {
            return Self::default();
        }
        Self {
            p50_ms: ms(0.5),
            p90_ms: ms(0.9),
            p99_ms: ms(0.99),
            p999_ms: ms(0.999),
            max_ms: times.max() as f64 / 1e3,
        }
    }
}
