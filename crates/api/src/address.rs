//! Where a request comes from: the peer, or what a trusted proxy says of it.

use std::net::IpAddr;

use axum::http::{Extensions, HeaderMap};
use iam::Network;

/// The address of the connection's other end. The server puts it into each request's extensions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Peer(pub IpAddr);

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
}
