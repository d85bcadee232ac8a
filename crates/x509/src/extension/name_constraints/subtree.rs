//! Subtrees of names, and which names lie in them (RFC 5280 §4.2.1.10).

use std::{fmt, net::IpAddr};

use crate::{
    der::{DerError, Element, Writer, tag},
    general_name::{GeneralName, is_host, uri_host},
    name::Name,
};

/// A subtree of one form of names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subtree {
    /// The DNS name and all below it; with a leading dot only those below it; empty: all.
    Dns(String),
    /// The addresses that agree with `address` wherever `mask` has ones; 4 or 16 octets each.
    Ip {
        /// The network.
        address: Vec<u8>,
        /// Which bits count.
        mask: Vec<u8>,
    },
    /// A mailbox, all mailboxes of a host, or, with a leading dot, of the hosts below it.
    Email(String),
    /// The URIs of a host or, with a leading dot, of the hosts below it.
    Uri(String),
    /// The directory names that begin with this one.
    Directory(Name),
    /// A subtree of another form: its `base`'s DER.
    Other(Vec<u8>),
}

/// How a name stands to a subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// Not the same form: the subtree says nothing about the name.
    OtherForm,
    /// All that the name stands for lies in the subtree.
    Inside,
    /// A wildcard, of whose names some lie in the subtree.
    Across,
    /// Nothing that it stands for lies in the subtree.
    Outside,
    /// The form is not understood, one of the two is malformed, or the name has no part that could be compared.
    Undecidable,
}

const IP: u8 = tag::context(7);

impl Subtree {
    /// Reads the `base`: a GeneralName, but an address with a mask.
    pub(super) fn from_element(element: Element<'_>) -> Result<Self, DerError> {
        if element.tag == IP {
            if !matches!(element.content.len(), 8 | 32) {
                return Err(DerError::Value);
            }
            let (address, mask) = element.content.split_at(element.content.len() / 2);
            return Ok(Self::Ip { address: address.to_vec(), mask: mask.to_vec() });
        }
        Ok(match GeneralName::from_element(element)? {
            GeneralName::Dns(text) => Self::Dns(text),
            GeneralName::Email(text) => Self::Email(text),
            GeneralName::Uri(text) => Self::Uri(text),
            GeneralName::Directory(name) => Self::Directory(name),
            GeneralName::Ip(_) => return Err(DerError::Value),
            GeneralName::Other(der) => Self::Other(der),
        })
    }

    /// Writes the `base`.
    pub(super) fn write(&self, w: &mut Writer) {
        let name = match self {
            Self::Ip { address, mask } => {
                return w.nested(IP, |w| {
                    w.raw(address);
                    w.raw(mask);
                });
            }
            Self::Dns(text) => GeneralName::Dns(text.clone()),
            Self::Email(text) => GeneralName::Email(text.clone()),
            Self::Uri(text) => GeneralName::Uri(text.clone()),
            Self::Directory(name) => GeneralName::Directory(name.clone()),
            Self::Other(der) => GeneralName::Other(der.clone()),
        };
        name.write(w);
    }

    /// How long it is, in octets.
    pub(super) fn octets(&self) -> usize {
        match self {
            Self::Dns(text) | Self::Email(text) | Self::Uri(text) => text.len(),
            Self::Ip { address, mask } => address.len() + mask.len(),
            Self::Directory(name) => name.der().len(),
            Self::Other(der) => der.len(),
        }
    }

    /// Whether its text is what it should be: `example.com.` or `*.example.com` would let names slip past it.
    fn is_well_formed(&self) -> bool {
        let is_domain =
            |text: &str| text.is_empty() || is_host(text.strip_prefix('.').unwrap_or(text));
        match self {
            Self::Email(text) if text.contains('@') => GeneralName::parse_email(text).is_ok(),
            Self::Dns(text) | Self::Email(text) | Self::Uri(text) => is_domain(text),
            Self::Ip { .. } | Self::Directory(_) | Self::Other(_) => true,
        }
    }

    /// How `name` stands to it.
    pub(super) fn position(&self, name: &GeneralName) -> Position {
        match (self, name) {
            (Self::Dns(_), GeneralName::Dns(_))
            | (Self::Email(_), GeneralName::Email(_))
            | (Self::Uri(_), GeneralName::Uri(_))
                if name.check().is_err() || !self.is_well_formed() =>
            {
                Position::Undecidable
            }
            (Self::Dns(root), GeneralName::Dns(name)) => dns_position(root, name),
            (Self::Ip { address, mask }, GeneralName::Ip(ip)) => ip_position(address, mask, *ip),
            (Self::Email(root), GeneralName::Email(name)) => email_position(root, name),
            (Self::Uri(root), GeneralName::Uri(name)) => uri_position(root, name),
            (Self::Directory(root), GeneralName::Directory(name)) => inside(name.is_within(root)),
            (Self::Other(root), GeneralName::Other(name)) if root.first() == name.first() => {
                Position::Undecidable
            }
            _ => Position::OtherForm,
        }
    }
}

impl fmt::Display for Subtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(text) => write!(f, "DNS:{}", text.escape_default()),
            Self::Email(text) => write!(f, "EMAIL:{}", text.escape_default()),
            Self::Uri(text) => write!(f, "URI:{}", text.escape_default()),
            Self::Ip { address, mask } => write!(f, "IP:{address:?}/{mask:?}"),
            Self::Directory(name) => write!(f, "DIR:{name}"),
            Self::Other(_) => f.write_str("another form"),
        }
    }
}

const fn inside(inside: bool) -> Position {
    if inside { Position::Inside } else { Position::Outside }
}

fn dns_position(root: &str, name: &str) -> Position {
    match name.strip_prefix("*.") {
        None => inside(is_dns_within(name, root)),
        // `x` stands for every label that the wildcard can take.
        Some(parent) if is_dns_within(&format!("x.{parent}"), root) => Position::Inside,
        Some(parent) if is_dns_within(root.trim_start_matches('.'), parent) => Position::Across,
        Some(_) => Position::Outside,
    }
}

/// Whether `name` is `root` or below it; only below it if `root` has a leading dot.
fn is_dns_within(name: &str, root: &str) -> bool {
    if root.is_empty() {
        return true;
    }
    let (name, root) = (name.to_ascii_lowercase(), root.to_ascii_lowercase());
    match name.strip_suffix(&root) {
        Some("") => true,
        Some(before) => root.starts_with('.') || before.ends_with('.'),
        None => false,
    }
}

fn ip_position(address: &[u8], mask: &[u8], ip: IpAddr) -> Position {
    let octets = match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    if octets.len() != address.len() {
        // An address of the other version is of the same form, and outside.
        return Position::Outside;
    }
    inside(octets.iter().zip(address).zip(mask).all(|((ip, net), mask)| ip & mask == net & mask))
}

fn email_position(root: &str, name: &str) -> Position {
    let Some((local_part, host)) = name.rsplit_once('@') else {
        return Position::Undecidable;
    };
    match root.rsplit_once('@') {
        Some((root_local_part, root_host)) => {
            inside(local_part == root_local_part && host.eq_ignore_ascii_case(root_host))
        }
        None => inside(is_host_within(host, root)),
    }
}

fn uri_position(root: &str, name: &str) -> Position {
    match uri_host(name) {
        None => Position::Undecidable,
        Some(host) if !is_host(host) || host.parse::<IpAddr>().is_ok() => Position::Undecidable,
        Some(host) => inside(is_host_within(host, root)),
    }
}

/// Whether `host` is `root`, or below it if `root` has a leading dot.
fn is_host_within(host: &str, root: &str) -> bool {
    if root.is_empty() || root.starts_with('.') {
        let (host, root) = (host.to_ascii_lowercase(), root.to_ascii_lowercase());
        host.ends_with(&root) && host != root
    } else {
        host.eq_ignore_ascii_case(root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dns_names_lie_at_or_below_their_root() {
        for (root, name, position) in [
            ("example.com", "example.com", Position::Inside),
            ("example.com", "WWW.Example.COM", Position::Inside),
            ("example.com", "badexample.com", Position::Outside),
            ("example.com", "com", Position::Outside),
            (".example.com", "www.example.com", Position::Inside),
            (".example.com", "example.com", Position::Outside),
            ("", "example.com", Position::Inside),
            ("example.com", "*.example.com", Position::Inside),
            ("www.example.com", "*.example.com", Position::Across),
            (".www.example.com", "*.example.com", Position::Across),
            ("example.com", "*.com", Position::Across),
            ("example.com", "*.org", Position::Outside),
        ] {
            let subtree = Subtree::Dns(root.to_owned());
            assert_eq!(
                subtree.position(&GeneralName::Dns(name.to_owned())),
                position,
                "{name} in {root:?}"
            );
        }
    }

    #[test]
    fn what_is_malformed_on_either_side_is_not_decided() {
        let (dns, email, uri) = (Subtree::Dns, Subtree::Email, Subtree::Uri);
        for (subtree, name) in [
            (dns("example.com".to_owned()), GeneralName::Dns("evil.example.com.".to_owned())),
            (dns("example.com".to_owned()), GeneralName::Dns("a..example.com".to_owned())),
            (dns("example.com".to_owned()), GeneralName::Dns("w*.example.com".to_owned())),
            (dns("*.example.com".to_owned()), GeneralName::Dns("www.example.com".to_owned())),
            (dns("example.com.".to_owned()), GeneralName::Dns("example.com".to_owned())),
            (email("example.com".to_owned()), GeneralName::Email("a@example.com.".to_owned())),
            (email("a@*.example.com".to_owned()), GeneralName::Email("a@b.example.com".to_owned())),
            (uri("example.com".to_owned()), GeneralName::Uri("http://example.com./".to_owned())),
            (
                uri("https://example.com".to_owned()),
                GeneralName::Uri("http://example.com/".to_owned()),
            ),
        ] {
            assert_eq!(subtree.position(&name), Position::Undecidable, "{name} in {subtree}");
        }
    }

    #[test]
    fn addresses_lie_in_their_network() {
        let subtree = Subtree::Ip { address: vec![10, 1, 0, 0], mask: vec![255, 255, 0, 0] };
        for (ip, position) in [
            ("10.1.2.3", Position::Inside),
            ("10.2.2.3", Position::Outside),
            ("::1", Position::Outside),
        ] {
            assert_eq!(subtree.position(&GeneralName::Ip(ip.parse().unwrap())), position, "{ip}");
        }
    }

    #[test]
    fn mailboxes_lie_at_their_host() {
        for (root, name, position) in [
            ("a@example.com", "a@EXAMPLE.com", Position::Inside),
            ("a@example.com", "A@example.com", Position::Outside),
            ("example.com", "a@example.com", Position::Inside),
            ("example.com", "a@www.example.com", Position::Outside),
            (".example.com", "a@www.example.com", Position::Inside),
            (".example.com", "a@example.com", Position::Outside),
            ("example.com", "nobody", Position::Undecidable),
        ] {
            let subtree = Subtree::Email(root.to_owned());
            assert_eq!(
                subtree.position(&GeneralName::Email(name.to_owned())),
                position,
                "{name} in {root:?}"
            );
        }
    }

    #[test]
    fn uris_lie_at_their_host() {
        for (root, name, position) in [
            ("example.com", "http://example.com:80/", Position::Inside),
            ("example.com", "http://www.example.com/", Position::Outside),
            (".example.com", "http://www.example.com/", Position::Inside),
            ("example.com", "http://evil.com/@example.com", Position::Outside),
            ("example.com", "urn:a:b", Position::Undecidable),
            ("example.com", "http://10.0.0.1/", Position::Undecidable),
            ("example.com", "http://[::1]/", Position::Undecidable),
        ] {
            let subtree = Subtree::Uri(root.to_owned());
            assert_eq!(
                subtree.position(&GeneralName::Uri(name.to_owned())),
                position,
                "{name} in {root:?}"
            );
        }
    }
}
