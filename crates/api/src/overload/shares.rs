//! Places, or octets, that one address cannot have all of.

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

/// Places, until this is dropped.
pub(crate) struct Share<'a> {
    source: Source,
    places: usize,
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
        self.take_several(source, 1)
    }

    /// So many places at once, in the same way.
    pub(super) fn take_several(&self, source: Source, places: usize) -> Option<Share<'_>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let free = self.places.saturating_sub(held.all);
        let own = held.by.get(&source).copied().unwrap_or(0);
        if own.saturating_add(places) > free {
            return None;
        }
        held.all += places;
        *held.by.entry(source).or_default() += places;
        self.running.increment(number(places));
        Some(Share { source, places, shares: self })
    }
}

/// As metrics have it.
fn number(places: usize) -> u32 {
    u32::try_from(places).unwrap_or(u32::MAX)
}

impl Share<'_> {
    /// Gives back all but so many places.
    pub(crate) fn keep(&mut self, places: usize) {
        let given_back = self.places.saturating_sub(places);
        self.places -= given_back;
        let mut held = self.shares.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.all = held.all.saturating_sub(given_back);
        if let Some(own) = held.by.get_mut(&self.source) {
            *own = own.saturating_sub(given_back);
            if *own == 0 {
                held.by.remove(&self.source);
            }
        }
        self.shares.running.decrement(number(given_back));
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.keep(0);
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
    fn of_several_at_once_one_address_gets_half_too() {
        let shares = Shares::of("test", 64);

        let one: Vec<_> = std::iter::from_fn(|| shares.take_several(source(1), 4)).collect();

        assert_eq!(one.len(), 8);
        let mut other = shares.take_several(source(2), 32).unwrap();
        assert!(shares.take(source(3)).is_none());
        other.keep(1);
        assert!(shares.take(source(3)).is_some());
        drop(other);
        drop(one);
        assert!(shares.held.lock().unwrap().by.is_empty());
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
