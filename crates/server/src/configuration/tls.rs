//! What was decided about TLS: from where the certificate comes, and the server's names.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use x509::general_name::GeneralName;

use super::file::FileSettings;
use crate::cli::{ServeArguments, TlsMode};
use crate::failure::Failure;

/// From where the server's certificate comes.
#[derive(Clone, Debug)]
pub(crate) enum TlsSource {
    /// From files that somebody else renews.
    Files {
        /// The certificate with its chain.
        cert: PathBuf,
        /// Its key.
        key: PathBuf,
    },
    /// From the server's own authority.
    Internal(ServerNames),
    /// No certificate: plain HTTP.
    Off,
}

impl TlsSource {
    /// Decides for a server that listens on `listen`.
    pub(super) fn of(
        arguments: &ServeArguments,
        file: &FileSettings,
        listen: SocketAddr,
    ) -> Result<Self, Failure> {
        let cert = arguments.tls_cert.clone().or_else(|| file.tls.cert.clone());
        let key = arguments.tls_key.clone().or_else(|| file.tls.key.clone());
        let mode = arguments.tls.or(file.tls.mode).unwrap_or(TlsMode::On);
        match (mode, cert, key) {
            // Files of the settings file are overruled by a flag; those of a flag are meant.
            (TlsMode::Off, ..)
                if arguments.tls_cert.is_some()
                    || arguments.tls_key.is_some()
                    || arguments.tls.is_none()
                        && (file.tls.cert.is_some() || file.tls.key.is_some()) =>
            {
                Err(Failure::Contradiction {
                    problem: "TLS is off, and a TLS certificate or key is given".to_owned(),
                    hint: "leave out --tls off, or --tls-cert and --tls-key; they also come from \
                           CINNABAR_TLS, CINNABAR_TLS_CERT, CINNABAR_TLS_KEY and [tls] of the \
                           settings file",
                })
            }
            (TlsMode::Off, ..) => Ok(Self::Off),
            (TlsMode::On, Some(cert), Some(key)) => Ok(Self::Files { cert, key }),
            (TlsMode::On, None, None) => {
                let names = arguments.tls_names.as_ref().or(file.tls.names.as_ref());
                let names = ServerNames::of(names.map_or(&[], Vec::as_slice), Some(listen.ip()))?;
                Ok(Self::Internal(names))
            }
            (TlsMode::On, ..) => Err(Failure::Contradiction {
                problem: "a TLS certificate and its key go together, and one is missing".to_owned(),
                hint: "give both --tls-cert FILE and --tls-key FILE, or neither",
            }),
        }
    }
}

impl fmt::Display for TlsSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files { cert, .. } => write!(f, "certificate {}", cert.display()),
            Self::Internal(names) => write!(f, "internal authority for {names}"),
            Self::Off => f.write_str("off"),
        }
    }
}

/// The names by which clients reach the server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ServerNames {
    /// Those that the certificate must have: loopback, the listen address, what was asked for.
    pub(crate) needed: Vec<GeneralName>,
    /// The host's own name, where it is one. It may change without anybody's doing, so that no
    /// new authority is made for its sake.
    pub(crate) host: Option<GeneralName>,
}

impl fmt::Display for ServerNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in self.needed.iter().chain(&self.host).enumerate() {
            f.write_str(if i == 0 { "" } else { ", " })?;
            match name {
                GeneralName::Dns(name) => f.write_str(name)?,
                GeneralName::Ip(address) => write!(f, "{address}")?,
                other => write!(f, "{other}")?,
            }
        }
        Ok(())
    }
}

impl ServerNames {
    /// The names of a server that was given `extra` ones and listens on `listen`.
    pub(crate) fn of(extra: &[String], listen: Option<IpAddr>) -> Result<Self, Failure> {
        let mut needed = vec![
            GeneralName::Dns("localhost".to_owned()),
            GeneralName::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            GeneralName::Ip(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        ];
        let listen = listen.map(|address| address.to_canonical());
        let listen = listen.filter(|address| !address.is_unspecified()).map(GeneralName::Ip);
        let extra: Result<Vec<_>, _> = extra.iter().map(|name| named(name)).collect();
        for name in listen.into_iter().chain(extra?) {
            if !needed.contains(&name) {
                needed.push(name);
            }
        }
        let host = rustix::system::uname()
            .nodename()
            .to_str()
            .ok()
            .and_then(|name| GeneralName::parse_dns(&name.to_ascii_lowercase()).ok());
        Ok(Self { host: host.filter(|host| !needed.contains(host)), needed })
    }
}

/// A name as a user types it: an address, or a DNS name.
fn named(text: &str) -> Result<GeneralName, Failure> {
    if let Ok(address) = text.parse() {
        return Ok(GeneralName::Ip(address));
    }
    GeneralName::parse_dns(&text.to_ascii_lowercase()).map_err(|_| Failure::Contradiction {
        problem: format!("{text:?} is neither a DNS name nor an IP address"),
        hint: "name the server as in --tls-name pki.example.org",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_repeated() {
        let extra = ["LOCALHOST".to_owned(), "pki.example.org".to_owned(), "127.0.0.1".to_owned()];
        let names = ServerNames::of(&extra, Some(IpAddr::V4(Ipv4Addr::LOCALHOST))).unwrap();

        assert_eq!(names.needed.len(), 4);
        assert_eq!(names.needed.last(), Some(&GeneralName::Dns("pki.example.org".to_owned())));
    }

    #[test]
    fn an_address_that_means_all_is_no_name() {
        let names = ServerNames::of(&[], Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED))).unwrap();

        assert_eq!(names.needed.len(), 3);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "a b", "http://x", "-x.example", "1.2.3.4/8"] {
            assert!(ServerNames::of(&[text.to_owned()], None).is_err(), "{text}");
        }
    }
}
