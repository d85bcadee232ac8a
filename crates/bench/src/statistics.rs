//! Medians and percentiles.

use std::time::Duration;

use serde::Serialize;

/// What several windows measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Summary {
    /// The middle one; of an even number the mean of the two in the middle.
    pub(crate) median: f64,
    /// The smallest.
    pub(crate) min: f64,
    /// The largest.
    pub(crate) max: f64,
}

impl Summary {
    /// Sums up; nothing of nothing.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let upper = *sorted.get(sorted.len() / 2)?;
        let lower = *sorted.get((sorted.len() - 1) / 2)?;
        Some(Self {
            median: f64::midpoint(lower, upper),
            min: *sorted.first()?,
            max: *sorted.last()?,
        })
    }
}

/// How long requests took, in milliseconds, over all windows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Latency {
    /// Half of them took no longer.
    pub(crate) p50_ms: f64,
    /// 99 of a hundred took no longer.
    pub(crate) p99_ms: f64,
}

impl Latency {
    /// Sums up; nothing of nothing.
    pub(crate) fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        let ms = |percent| percentile(&times, percent).map(|time| time.as_secs_f64() * 1e3);
        Some(Self { p50_ms: ms(50)?, p99_ms: ms(99)? })
    }
}

/// The smallest value that at least `percent` of a hundred values do not exceed (nearest rank).
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_odd_number_is_the_middle_one() {
        let summary = Summary::of(&[9.0, 1.0, 4.0]).unwrap();

        assert_eq!(summary, Summary { median: 4.0, min: 1.0, max: 9.0 });
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        let summary = Summary::of(&[1.0, 8.0, 2.0, 4.0]).unwrap();

        assert_eq!(summary, Summary { median: 3.0, min: 1.0, max: 8.0 });
    }

    #[test]
    fn nothing_has_no_median_and_no_latency() {
        assert_eq!(Summary::of(&[]), None);
        assert_eq!(Latency::of(Vec::new()), None);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let times: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();

        let latency = Latency::of(times).unwrap();

        assert_eq!(latency, Latency { p50_ms: 100.0, p99_ms: 198.0 });
    }

    #[test]
    fn a_single_value_is_every_percentile() {
        let latency = Latency::of(vec![Duration::from_millis(7)]).unwrap();

        assert_eq!(latency, Latency { p50_ms: 7.0, p99_ms: 7.0 });
    }
}
