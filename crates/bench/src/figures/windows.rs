//! Windows of a load, and its references between them.

use std::path::Path;
use std::time::Duration;

use crate::failure::Failure;
use crate::figure::{Errors, Figure, Reference, Unit};
use crate::interrupt;
use crate::load::Source;
use crate::raw::{Commits, Group};
use crate::statistics::{Latency, Summary};

/// How many windows there are, and how long each is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    count: u32,
    length: Duration,
}

/// A load and what it shall reach.
pub(super) struct Subject {
    /// What the figure is called.
    pub(super) title: &'static str,
    /// What is measured.
    pub(super) load: Box<dyn Source>,
    /// What it is compared with.
    pub(super) references: Vec<Raw>,
    /// What it shall reach.
    pub(super) aim: Aim,
}

/// What a load shall reach.
pub(super) enum Aim {
    /// So many requests a second.
    Rate(f64),
    /// This part of the first reference.
    OfFirstReference(f64),
}

/// A reference that can be measured.
pub(super) struct Raw {
    title: &'static str,
    part: f64,
    rate: Box<dyn FnMut(Duration) -> Result<f64, Failure>>,
}

impl Raw {
    /// Something whose rate settles within a `part` of a window.
    pub(super) fn new(
        title: &'static str,
        part: f64,
        rate: impl FnMut(Duration) -> Result<f64, Failure> + 'static,
    ) -> Self {
        Self { title, part, rate: Box::new(rate) }
    }

    /// Durable rows on the file system of `directory`.
    ///
    /// # Errors
    ///
    /// The database cannot be made.
    pub(super) fn commits(group: Group, directory: &Path) -> Result<Self, Failure> {
        let title = match group {
            Group::OfOne => "durable rows, one for a commit",
            Group::OfThirtyTwo => "durable rows, 32 for a commit",
        };
        let mut commits = Commits::create(directory)?;
        Ok(Self::new(title, 0.25, move |length| commits.rows(group, length)))
    }
}

impl Windows {
    /// `count` windows of so many seconds.
    pub(super) fn new(count: u32, seconds: u32) -> Self {
        Self { count, length: Duration::from_secs(seconds.into()) }
    }

    /// As many windows, each twice as long.
    pub(super) fn doubled(self) -> Self {
        Self { length: self.length * 2, ..self }
    }

    /// How long the load runs in all, warm-up included.
    pub(super) fn total(self) -> Duration {
        (self.length + self.warm_up()) * self.count
    }

    /// How many there are.
    pub(super) fn count(self) -> u32 {
        self.count
    }

    /// How long each is.
    pub(super) fn length(self) -> Duration {
        self.length
    }

    /// Before each window: connections are warm, and the window starts with requests in flight.
    pub(super) fn warm_up(self) -> Duration {
        self.length / 5
    }

    /// Measures a window of the load, then each reference, and so on.
    ///
    /// # Errors
    ///
    /// The server or a reference fails, or a signal arrives.
    pub(super) fn measure(self, mut subject: Subject) -> Result<Figure, Failure> {
        let mut rates = Vec::new();
        let mut cpu = Vec::new();
        let mut latencies = Vec::new();
        let mut errors = Errors::default();
        let mut references: Vec<Vec<f64>> = vec![Vec::new(); subject.references.len()];
        for _ in 0..self.count {
            let window = subject.load.run(self.warm_up(), self.length)?;
            rates.push(window.rate);
            cpu.extend(window.server_cpu_us);
            latencies.extend(window.latencies);
            errors.merge(window.errors);
            for (raw, rates) in subject.references.iter_mut().zip(&mut references) {
                interrupt::check()?;
                rates.push((raw.rate)(self.length.mul_f64(raw.part))?);
            }
        }
        let summary = |rates: &[f64]| Summary::of(rates).ok_or(Failure::Slow("every request"));
        let references = subject
            .references
            .iter()
            .zip(&references)
            .map(|(raw, rates)| {
                Ok(Reference { title: raw.title.to_owned(), value: summary(rates)? })
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        let aim = match subject.aim {
            Aim::Rate(rate) => rate,
            Aim::OfFirstReference(part) => {
                references.first().map_or(f64::INFINITY, |first| first.value.median * part)
            }
        };
        Ok(Figure {
            title: subject.title.to_owned(),
            unit: Unit::PerSecond,
            value: summary(&rates)?,
            aim,
            latency: Latency::of(latencies),
            server_cpu_us: Summary::of(&cpu).map(|cpu| cpu.median),
            references,
            errors,
        })
    }
}
