//! How many connections each address has open.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use iam::{Network, Source};

use super::bounds::Bounds;

/// Counts the connections of each address of a listener.
pub(super) struct Addresses {
    most: u32,
    exempt: Vec<Network>,
    open: Mutex<HashMap<Source, u32>>,
}

/// A connection of an address, until this is dropped.
pub(super) struct Counted {
    source: Source,
    addresses: Arc<Addresses>,
}

impl Addresses {
    pub(super) fn within(bounds: &Bounds) -> Arc<Self> {
        let (most, exempt) = (bounds.of_address, bounds.proxies.clone());
        Arc::new(Self { most, exempt, open: Mutex::default() })
    }

    /// One more of this address, unless it has as many as it may.
    pub(super) fn one_more(self: &Arc<Self>, peer: IpAddr) -> Option<Counted> {
        let source = Source::of(Some(peer));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let own = open.get(&source).copied().unwrap_or(0);
        if own >= self.most && !self.is_exempt(peer) {
            return None;
        }
        open.insert(source, own + 1);
        Some(Counted { source, addresses: Arc::clone(self) })
    }

    fn is_exempt(&self, peer: IpAddr) -> bool {
        self.exempt.iter().any(|network| network.contains(peer.to_canonical()))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.addresses.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = open.get_mut(&self.source) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses() -> Arc<Addresses> {
        let proxies = vec!["10.0.0.0/8".parse().unwrap()];
        Addresses::within(&Bounds { of_address: 2, proxies, ..Bounds::default() })
    }

    #[test]
    fn an_address_has_no_more_than_its_number_and_others_are_not_touched() {
        let addresses = addresses();
        let [one, other] = [[192, 0, 2, 1], [192, 0, 2, 2]].map(IpAddr::from);

        let first = addresses.one_more(one);
        let second = addresses.one_more(one);

        assert!(first.is_some() && second.is_some());
        assert!(addresses.one_more(one).is_none());
        assert!(addresses.one_more(other).is_some());
        drop(first);
        assert!(addresses.one_more(one).is_some());
    }

    #[test]
    fn proxies_have_as_many_as_they_like() {
        let addresses = addresses();

        let all: Vec<_> = (0..9).map(|_| addresses.one_more([10, 1, 2, 3].into())).collect();

        assert!(all.iter().all(Option::is_some));
    }

    #[test]
    fn who_has_none_is_forgotten() {
        let addresses = addresses();

        drop(addresses.one_more([192, 0, 2, 1].into()));

        assert!(addresses.open.lock().unwrap().is_empty());
    }
}
