//! Where a request comes from: the peer, or what a trusted proxy says of it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use axum::http::{Extensions, HeaderMap};

/// The address of the connection's other end. The server puts it into each request's extensions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Peer(pub IpAddr);

/// A network in CIDR notation: `10.0.0.0/8`, or a single address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The text is not a network.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NetworkError;

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a network: write an address and a prefix length, as in 10.0.0.0/8")
    }
}

impl std::error::Error for NetworkError {}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| NetworkError)?,
            None => width,
        };
        if prefix > width { Err(NetworkError) } else { Ok(Self { address, prefix }) }
    }
}

impl Network {
    /// Whether `address` lies in this network.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                shifted(u128::from(u32::from(own)), 32, self.prefix)
                    == shifted(u128::from(u32::from(other)), 32, self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                shifted(u128::from(own), 128, self.prefix)
                    == shifted(u128::from(other), 128, self.prefix)
            }
            _ => false,
        }
    }
}

/// The first `prefix` of `width` bits; a shift by the whole width leaves nothing.
fn shifted(bits: u128, width: u8, prefix: u8) -> u128 {
    bits.checked_shr(u32::from(width.saturating_sub(prefix))).unwrap_or(0)
}

/// The client's address: the peer's, or, when the peer is a trusted proxy, the rightmost address
/// of `X-Forwarded-For` that is none. Further to the left anybody can write what they like.
pub(crate) fn client_address(
    extensions: &Extensions,
    headers: &HeaderMap,
    trusted: &[Network],
) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = extensions.get::<Peer>()?.0.to_canonical();
    let values: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect();
    for hop in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        if !is_trusted(client) {
            break;
        }
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        client = hop.to_canonical();
    }
    Some(client)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, forwarded: &[&'static str]) -> Option<IpAddr> {
        let mut extensions = Extensions::new();
        extensions.insert(Peer(peer.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
        client_address(&extensions, &headers, &trusted)
    }

    #[test]
    fn a_stranger_cannot_name_another_address() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"]), "192.0.2.1".parse().ok());
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_counts() {
        let expected: Option<IpAddr> = "198.51.100.7".parse().ok();

        assert_eq!(client("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.2.3.4"]), expected);
        assert_eq!(client("10.0.0.1", &["203.0.113.9", "198.51.100.7"]), expected);
        assert_eq!(client("::1", &["198.51.100.7"]), expected);
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.7"]), expected);
    }

    #[test]
    fn rubbish_in_the_header_leaves_the_last_known_address() {
        assert_eq!(client("10.0.0.1", &["198.51.100.7, what"]), "10.0.0.1".parse().ok());
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1".parse().ok());
    }

    #[test]
    fn networks_are_checked_when_they_are_read() {
        for text in ["", "10.0.0.0/33", "10.0.0.0/x", "::/129", "10.0.0/8", "a/8"] {
            assert_eq!(text.parse::<Network>(), Err(NetworkError), "{text}");
        }
        let everything: Network = "0.0.0.0/0".parse().unwrap();
        assert!(everything.contains("198.51.100.7".parse().unwrap()));
        assert!(!everything.contains("2001:db8::1".parse().unwrap()));
    }
}
