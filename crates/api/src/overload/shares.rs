//! Places that one address cannot have all of.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use iam::Source;
use metrics::{Gauge, gauge};

use super::measure::{RUNNING, RUNNING_BOUND};

/// A number of places, shared among addresses.
pub(super) struct Shares {
    places: usize,
    held: Mutex<Held>,
    running: Gauge,
}

#[derive(Default)]
struct Held {
    all: usize,
    by: HashMap<Source, usize>,
}

/// A place, until this is dropped.
pub(crate) struct Share<'a> {
    source: Source,
    shares: &'a Shares,
}

impl Shares {
    /// They are called `name` in metrics.
    pub(super) fn of(name: &'static str, places: u32) -> Self {
        gauge!(RUNNING_BOUND, "queue" => name).set(places);
        Self {
            places: usize::try_from(places).unwrap_or(usize::MAX),
            held: Mutex::default(),
            running: gauge!(RUNNING, "queue" => name),
        }
    }

    /// A place, unless none is free or `source` has as many as are free: one alone gets half of them,
    /// and whoever comes new finds some.
    pub(super) fn take(&self, source: Source) -> Option<Share<'_>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let free = self.places.saturating_sub(held.all);
        if held.by.get(&source).copied().unwrap_or(0) >= free {
            return None;
        }
        held.all += 1;
        *held.by.entry(source).or_default() += 1;
        self.running.increment(1);
        Some(Share { source, shares: self })
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut held = self.shares.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.all = held.all.saturating_sub(1);
        if let Some(own) = held.by.get_mut(&self.source) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                held.by.remove(&self.source);
            }
        }
        self.shares.running.decrement(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(last: u8) -> Source {
        Source::of(Some([192, 0, 2, last].into()))
    }

    #[test]
    fn one_address_gets_half_of_the_places_and_another_finds_some() {
        let shares = Shares::of("test", 8);

        let one: Vec<_> = std::iter::from_fn(|| shares.take(source(1))).collect();
        let other: Vec<_> = std::iter::from_fn(|| shares.take(source(2))).collect();

        assert_eq!((one.len(), other.len()), (4, 2));
        assert!(shares.take(source(3)).is_some());
    }

    #[test]
    fn a_place_that_is_left_can_be_taken_again() {
        let shares = Shares::of("test", 1);

        let first = shares.take(source(1));
        assert!(first.is_some() && shares.take(source(1)).is_none());
        drop(first);

        assert!(shares.take(source(1)).is_some());
        assert!(shares.held.lock().unwrap().by.is_empty());
    }
}
