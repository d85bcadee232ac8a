//! Client addresses, as far as failures are counted by them.

use std::net::{IpAddr, Ipv6Addr};

/// Whom failures from an address are counted against: an IPv4 address, the /64 of an IPv6
/// address (one customer has at least that many, RFC 6177), or the local administrator.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Source(Option<IpAddr>);

impl Source {
    /// The source that `address` belongs to.
    pub fn of(address: Option<IpAddr>) -> Self {
        Self(address.map(|address| match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
        }))
    }

    /// The address itself, or the first of its network.
    pub(crate) fn address(self) -> Option<IpAddr> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::of(Some(text.parse().unwrap()))
    }

    #[test]
    fn a_network_of_sixty_four_bits_is_one_source() {
        assert_eq!(source("2001:db8::1"), source("2001:db8::ffff:1"));
        assert_ne!(source("2001:db8::1"), source("2001:db8:0:1::1"));
    }

    #[test]
    fn an_ipv4_address_is_one_source_however_it_is_written() {
        assert_eq!(source("192.0.2.1"), source("::ffff:192.0.2.1"));
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    }
}
