//! Which names are fit to be certified (RFC 5280 §4.2.1.6): names in ASCII, IDN as A-labels.

use std::net::Ipv6Addr;

use super::GeneralName;

/// Why text is not a name of its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GeneralNameError {
    /// Not labels of letters, digits, hyphens and underscores, with at most one wildcard as the whole first label.
    #[error("not a DNS name")]
    Dns,
    /// Not `local@domain` (RFC 5321 §4.1.2, without quoted local parts).
    #[error("not an e-mail address")]
    Email,
    /// Not an absolute URI (RFC 3986 §3), or its authority not a host with at most a user and a port.
    #[error("not an absolute URI")]
    Uri,
}

/// RFC 1035 §2.3.4, without the root's octets.
const MAX_DNS: usize = 253;
const MAX_LABEL: usize = 63;
/// RFC 5321 §4.5.3.1.
const MAX_LOCAL_PART: usize = 64;
const MAX_EMAIL: usize = 254;
/// The longest that browsers and proxies agree upon.
const MAX_URI: usize = 2048;

impl GeneralName {
    /// The DNS name `text`.
    ///
    /// # Errors
    /// [`GeneralNameError::Dns`] if it is not one.
    pub fn parse_dns(text: &str) -> Result<Self, GeneralNameError> {
        let host = text.strip_prefix("*.").unwrap_or(text);
        // No top-level domain is a number (RFC 3696 §2): what ends in one is a mistyped address.
        let last = host.rsplit('.').next().unwrap_or(host);
        let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() <= MAX_DNS && is_host(host) && !is_number {
            Ok(Self::Dns(text.to_owned()))
        } else {
            Err(GeneralNameError::Dns)
        }
    }

    /// The e-mail address `text`.
    ///
    /// # Errors
    /// [`GeneralNameError::Email`] if it is not one.
    pub fn parse_email(text: &str) -> Result<Self, GeneralNameError> {
        let (local_part, domain) = text.rsplit_once('@').ok_or(GeneralNameError::Email)?;
        let local_part_fits = local_part.len() <= MAX_LOCAL_PART
            && local_part.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext));
        if local_part_fits && is_host(domain) && text.len() <= MAX_EMAIL {
            Ok(Self::Email(text.to_owned()))
        } else {
            Err(GeneralNameError::Email)
        }
    }

    /// The absolute URI `text`.
    ///
    /// # Errors
    /// [`GeneralNameError::Uri`] if it is not one, or has an authority without a domain name or address as its host.
    pub fn parse_uri(text: &str) -> Result<Self, GeneralNameError> {
        let (scheme, rest) = text.split_once(':').ok_or(GeneralNameError::Uri)?;
        let scheme_fits = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if scheme_fits
            && authority_fits(text)
            && !rest.is_empty()
            && has_uri_characters(rest)
            && text.len() <= MAX_URI
        {
            Ok(Self::Uri(text.to_owned()))
        } else {
            Err(GeneralNameError::Uri)
        }
    }

    /// Checks that it is fit to be certified. Directory names and other forms are not looked into.
    ///
    /// # Errors
    /// [`GeneralNameError`] naming its form.
    pub fn check(&self) -> Result<(), GeneralNameError> {
        match self {
            Self::Dns(text) => Self::parse_dns(text).map(drop),
            Self::Email(text) => Self::parse_email(text).map(drop),
            Self::Uri(text) => Self::parse_uri(text).map(drop),
            Self::Ip(_) | Self::Directory(_) | Self::Other(_) => Ok(()),
        }
    }
}

/// The host of a URI that has an authority (RFC 3986 §3.2), an IPv6 address with its brackets.
pub(crate) fn uri_host(uri: &str) -> Option<&str> {
    let authority = authority(uri)?;
    let after_user = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match after_user.strip_prefix('[').and_then(|rest| rest.find(']')) {
        Some(end) => after_user.get(..end + 2),
        None => Some(after_user.split_once(':').map_or(after_user, |(host, _)| host)),
    }
}

/// Whether a URI has no authority, or one whose host is a domain name or an IP address (RFC 5280 §4.2.1.6), with a
/// port of digits after it if any (RFC 3986 §3.2.3).
fn authority_fits(uri: &str) -> bool {
    let Some(host) = uri_host(uri) else { return true };
    let host_fits = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => is_host(host),
    };
    let port_fits = |port: &str| {
        port.is_empty()
            || port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
    };
    let after_host = authority(uri).and_then(|authority| {
        let (_, after_user) = authority.rsplit_once('@').unwrap_or(("", authority));
        after_user.strip_prefix(host)
    });
    host_fits
        && after_host
            .is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(port_fits))
}

/// The authority of a URI that has one (RFC 3986 §3.2).
fn authority(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once(':')?;
    rest.strip_prefix("//")?.split(['/', '?', '#']).next()
}

/// Labels of letters, digits, hyphens (not at the ends) and underscores, joined by dots.
pub(crate) fn is_host(text: &str) -> bool {
    text.len() <= MAX_DNS && text.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// RFC 5322 §3.2.3.
const fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'/'
                | b'='
                | b'?'
                | b'^'
                | b'_'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'~'
        )
}

/// Only characters of RFC 3986 §2, a percent sign always before two hex digits.
fn has_uri_characters(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => [bytes.next(), bytes.next()]
                .into_iter()
                .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit())),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte),
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dns_names() {
        let label = "a".repeat(63);
        let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        for text in [
            "localhost",
            "example.com",
            "*.example.com",
            "_dmarc.x",
            "XN--abc.de",
            "1.a2",
            &longest,
        ] {
            assert!(GeneralName::parse_dns(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "*",
            "*.",
            ".a",
            "a.",
            "a..b",
            "256.1.1.1",
            "*.1",
            "a.*.b",
            "*a.b",
            "*.*.a",
            "-a",
            "a-",
            "a b",
            "é.de",
            "a\0",
            &"a".repeat(64),
            &format!("{longest}a"),
        ] {
            assert_eq!(GeneralName::parse_dns(text), Err(GeneralNameError::Dns), "{text}");
        }
    }

    #[test]
    fn email_addresses() {
        for text in ["a@b", "first.last+tag@example.com", &format!("{}@b", "a".repeat(64))] {
            assert!(GeneralName::parse_email(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "a",
            "@b",
            "a@",
            "a b@c",
            ".a@b",
            "a.@b",
            "a..b@c",
            "a@*.b",
            "a@b@c",
            "é@b",
            "\"a\"@b",
            "a@b\n",
            &format!("{}@b", "a".repeat(65)),
        ] {
            assert_eq!(GeneralName::parse_email(text), Err(GeneralNameError::Email), "{text}");
        }
    }

    #[test]
    fn absolute_uris() {
        for text in [
            "https://example.com/a?b=%20#c",
            "urn:uuid:1",
            "spiffe://trust/x",
            "http://[::1]:80/",
            "http://[2001:db8::1]",
            "http://u:p@192.0.2.1:65535?a",
            "http://a:/",
        ] {
            assert!(GeneralName::parse_uri(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "example.com",
            "//example.com",
            "http:",
            "http:///path",
            "http://user@/",
            "http://[::1",
            "http://[::1]x/",
            "http://[1.2.3.4]/",
            "http://::1/",
            "http://*.example/",
            "http://a:b/",
            "http://a:65536/",
            "http://a:+80/",
            "1http://a",
            "http://a b",
            "http://é",
            "http://a/%2",
            "http://a/%zz",
            "http://a/\"",
            "http://a\n",
        ] {
            assert_eq!(GeneralName::parse_uri(text), Err(GeneralNameError::Uri), "{text}");
        }
    }

    #[test]
    fn the_host_of_a_uri_is_between_user_and_port() {
        for (uri, host) in [
            ("http://a.example/x", Some("a.example")),
            ("http://u:p@a.example:80?x", Some("a.example")),
            ("http://[::1]:80/", Some("[::1]")),
            ("http://x/@y", Some("x")),
            ("urn:a:b", None),
        ] {
            assert_eq!(uri_host(uri), host, "{uri}");
        }
    }
}
