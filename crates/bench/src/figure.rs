//! A figure: what was measured, beside what it is compared with.

use serde::Serialize;

use crate::statistics::{Latency, Summary};

/// What was measured, beside what it is compared with.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    /// What it is, in words.
    pub(crate) title: String,
    /// What the numbers count.
    pub(crate) unit: Unit,
    /// The windows' values.
    pub(crate) value: Summary,
    /// What it shall reach.
    pub(crate) aim: f64,
    /// How long the requests took.
    pub(crate) latency: Option<Latency>,
    /// Processor time of the server for each request, microseconds.
    pub(crate) server_cpu_us: Option<f64>,
    /// What the same machine does in the same run without the server.
    pub(crate) references: Vec<Reference>,
    /// Answers that were not as they should be.
    pub(crate) errors: Errors,
}

impl Figure {
    /// Whether the aim is met, by the median.
    pub(crate) fn meets_its_aim(&self) -> bool {
        match self.unit {
            Unit::PerSecond => self.value.median >= self.aim,
            Unit::Megabytes | Unit::Milliseconds => self.value.median <= self.aim,
        }
    }
}

/// Something to compare a figure with, in the figure's unit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reference {
    /// What it is, in words.
    pub(crate) title: String,
    /// The windows' values.
    pub(crate) value: Summary,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// 10^6 octets; less is better.
    Megabytes,
    /// Less is better.
    Milliseconds,
    /// Requests or operations; more is better.
    PerSecond,
}

/// Answers that were not as they should be.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Errors {
    /// How many.
    pub(crate) count: u64,
    /// What the first one said.
    pub(crate) first: Option<String>,
}

impl Errors {
    /// Counts one more.
    pub(crate) fn add(&mut self, text: impl FnOnce() -> String) {
        self.count += 1;
        self.first.get_or_insert_with(text);
    }

    /// Counts another's as well.
    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.take().or(other.first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(unit: Unit, median: f64) -> Figure {
        Figure {
            title: String::new(),
            unit,
            value: Summary { median, min: median, max: median },
            aim: 100.0,
            latency: None,
            server_cpu_us: None,
            references: Vec::new(),
            errors: Errors::default(),
        }
    }

    #[test]
    fn more_is_better_for_a_rate_and_less_for_a_time_or_size() {
        assert!(figure(Unit::PerSecond, 101.0).meets_its_aim());
        assert!(!figure(Unit::PerSecond, 99.0).meets_its_aim());
        for unit in [Unit::Megabytes, Unit::Milliseconds] {
            assert!(figure(unit, 99.0).meets_its_aim());
            assert!(!figure(unit, 101.0).meets_its_aim());
        }
    }

    #[test]
    fn errors_keep_the_first_text_and_every_count() {
        let mut errors = Errors::default();
        errors.add(|| "one".to_owned());
        let mut other = Errors::default();
        other.add(|| "two".to_owned());

        errors.merge(other);

        assert_eq!((errors.count, errors.first.as_deref()), (2, Some("one")));
    }
}
