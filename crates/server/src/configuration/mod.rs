//! What was decided: flags over environment over settings file over defaults.

mod buckets;
mod database;
mod file;
mod limits;
mod ocsp;
mod password;
mod place;
mod pool;
mod tls;
mod traces;

pub(crate) use buckets::open as open_buckets;
pub(crate) use database::{DatabaseUrl, replica};
pub(crate) use file::FileSettings;
pub(crate) use limits::Limits;
pub(crate) use ocsp::Ocsp;
pub(crate) use place::Decided;
pub(crate) use tls::{ServerNames, TlsSource};
pub(crate) use traces::Traces;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use api::Network;
use keys::RsaPool;

use crate::cli::{Pkcs12Form, QuotaArguments, ServeArguments};
use crate::failure::Failure;
use file::QuotaSettings;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Where the API listens unless told otherwise.
const LISTEN: SocketAddr = SocketAddr::new(LOOPBACK, 8443);
/// Where relying parties fetch unless told otherwise.
const PUBLIC_LISTEN: SocketAddr = SocketAddr::new(LOOPBACK, 8080);
/// Where an administrator watches unless told otherwise.
const ADMIN_LISTEN: SocketAddr = SocketAddr::new(LOOPBACK, 9464);

/// How a server is to be run.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// Where the API listens.
    pub(crate) listen: SocketAddr,
    /// Where relying parties fetch.
    pub(crate) public_listen: SideListen,
    /// Where an administrator watches.
    pub(crate) admin_listen: SideListen,
    /// The URL under which they do.
    pub(crate) public_url: Option<String>,
    /// Where the API's address is written once it accepts.
    pub(crate) address_file: Option<PathBuf>,
    /// How connections are secured.
    pub(crate) tls: TlsSource,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) behind_proxy: Vec<Network>,
    /// How much an account may have.
    pub(crate) quota: Quota,
    /// How many RSA keys are kept ready.
    pub(crate) rsa_pool: RsaPool,
    /// How long OCSP answers are good.
    pub(crate) ocsp: Ocsp,
    /// How much is done at once, how often somebody may ask, and how slow a client may be.
    pub(crate) limits: Limits,
    /// Whether an SM2 request may be signed over the empty identifier.
    pub(crate) accept_empty_sm2_id: bool,
    /// How exported PKCS #12 files are encrypted.
    pub(crate) pkcs12: Pkcs12Form,
    /// How traces are sent.
    pub(crate) traces: Traces,
}

/// Where a listener beside the API's listens, and whether somebody asked for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SideListen {
    /// Nobody did: when the port is taken the server goes without it.
    ByDefault(SocketAddr),
    /// Somebody did: when the port is taken that is an error.
    Wanted(SocketAddr),
}

impl SideListen {
    fn of(wanted: Option<SocketAddr>, usual: SocketAddr) -> Self {
        wanted.map_or(Self::ByDefault(usual), Self::Wanted)
    }
}

impl fmt::Display for SideListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByDefault(address) => write!(f, "{address} if free"),
            Self::Wanted(address) => write!(f, "{address}"),
        }
    }
}

/// How much an account may have; `None` is no bound.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Quota {
    /// Certificate authorities.
    pub(crate) ca: Option<u32>,
    /// Certificates.
    pub(crate) certificate: Option<u32>,
    /// Certification requests.
    pub(crate) csr: Option<u32>,
}

impl Configuration {
    /// Decides how to serve.
    pub(crate) fn of(arguments: &ServeArguments, file: &FileSettings) -> Result<Self, Failure> {
        let listen = arguments.listen.or(file.listen).unwrap_or(LISTEN);
        let public_listen =
            SideListen::of(arguments.public_listen.or(file.public_listen), PUBLIC_LISTEN);
        let admin_listen =
            SideListen::of(arguments.admin_listen.or(file.admin_listen), ADMIN_LISTEN);
        let public_url = arguments.public_url.clone().or_else(|| file.public_url.clone());
        if let Some(url) = &public_url {
            check_url(url)?;
        }
        let behind_proxy = arguments
            .behind_proxy
            .clone()
            .or_else(|| file.behind_proxy.clone())
            .unwrap_or_default();
        let tls = TlsSource::of(arguments, file, listen)?;
        if matches!(tls, TlsSource::Off) && !listen.ip().is_loopback() && behind_proxy.is_empty() {
            return Err(Failure::Contradiction {
                problem: format!("without TLS the API must not listen on {listen}"),
                hint: "listen on a loopback address, or name the proxies that add TLS with \
                       --behind-proxy CIDR",
            });
        }
        let limits = Limits::of(arguments.limits, file.limits, &behind_proxy)?;
        Ok(Self {
            listen,
            public_listen,
            admin_listen,
            public_url,
            address_file: arguments.address_file.clone(),
            tls,
            behind_proxy,
            quota: Quota::of(arguments.quota, file.quota),
            rsa_pool: pool::decide(arguments.rsa_pool, file.rsa_pool)?,
            ocsp: Ocsp::of(file.ocsp)?,
            limits,
            accept_empty_sm2_id: arguments
                .sm2_accept_empty_id
                .or(file.sm2.accept_empty_id)
                .unwrap_or(true),
            pkcs12: arguments.export_pkcs12.or(file.export.pkcs12).unwrap_or_default(),
            traces: Traces::of(&arguments.traces, &file.traces)?,
        })
    }

    /// Tells the log what was decided.
    pub(crate) fn tell(&self) {
        let bound = |quota: Option<u32>| quota.map_or("none".to_owned(), |n| n.to_string());
        tracing::info!(
            listen = %self.listen,
            public_listen = %self.public_listen,
            admin_listen = %self.admin_listen,
            public_url = self.public_url.as_deref().unwrap_or("none"),
            tls = %self.tls,
            behind_proxy = listed(&self.behind_proxy),
            quota_ca = bound(self.quota.ca),
            quota_certificate = bound(self.quota.certificate),
            quota_csr = bound(self.quota.csr),
            rsa_pool_2048 = self.rsa_pool.rsa2048,
            rsa_pool_3072 = self.rsa_pool.rsa3072,
            rsa_pool_4096 = self.rsa_pool.rsa4096,
            ocsp_next_update = self.ocsp.lasts.as_secs(),
            ocsp_max_age = self.ocsp.max_age.as_secs(),
            limit_requests = self.limits.requests.requests.running,
            limit_requests_waiting = self.limits.requests.requests.waiting,
            limit_connections = self.limits.connections.connections,
            sm2_accept_empty_id = self.accept_empty_sm2_id,
            export_pkcs12 = %self.pkcs12,
            traces = self.traces.endpoint.as_deref().unwrap_or("off"),
            "settings decided"
        );
    }
}

impl Quota {
    fn of(arguments: QuotaArguments, file: QuotaSettings) -> Self {
        let bound = |flag: Option<u32>, file: Option<u32>, usual: u32| {
            Some(flag.or(file).unwrap_or(usual)).filter(|&quota| quota != 0)
        };
        Self {
            ca: bound(arguments.quota_ca, file.ca, 100),
            certificate: bound(arguments.quota_certificate, file.certificate, 0),
            csr: bound(arguments.quota_csr, file.csr, 10_000),
        }
    }
}

/// The values with commas between them, or `none`.
fn listed<T: fmt::Display>(values: &[T]) -> String {
    let texts: Vec<String> = values.iter().map(T::to_string).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
}

/// The URL goes into certificates: it must be one that any client can fetch.
fn check_url(url: &str) -> Result<(), Failure> {
    // Whoever checks a certificate must not have to check another one for that (RFC 5280 §8).
    let host = url.strip_prefix("http://");
    let plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}?#".contains(c);
    match host {
        Some(host) if !host.is_empty() && !host.starts_with('/') && host.chars().all(plain) => {
            Ok(())
        }
        _ => Err(Failure::Contradiction {
            problem: format!("{url:?} is no URL that certificates could name"),
            hint: "write it as http://HOST or http://HOST:PORT/PATH; https is not for what is needed \
                   to check certificates",
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::cli::{Cli, Command};

    fn decided(flags: &[&str], file: &str) -> Result<Configuration, Failure> {
        let words = ["cinnabar", "serve"].into_iter().chain(flags.iter().copied());
        let cli = Cli::read(words.map(OsString::from)).expect("this is a command line");
        let Some(Command::Serve(arguments)) = cli.command else { panic!("this is serve") };
        let file = toml::from_str(file).expect("this is a settings file");
        Configuration::of(&arguments, &file)
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let file = "listen = \"127.0.0.1:1\"\n[quota]\nca = 7";
        let neither = decided(&[], "").unwrap();
        let from_file = decided(&[], file).unwrap();
        let from_flags = decided(&["--listen", "127.0.0.1:2", "--quota-ca", "9"], file).unwrap();

        assert_eq!((neither.listen.port(), neither.quota.ca), (8443, Some(100)));
        assert_eq!((from_file.listen.port(), from_file.quota.ca), (1, Some(7)));
        assert_eq!((from_flags.listen.port(), from_flags.quota.ca), (2, Some(9)));
    }

    #[test]
    fn a_quota_of_zero_is_no_bound() {
        let quota = decided(&[], "[quota]\nca = 0\ncsr = 0").unwrap().quota;

        assert_eq!(quota, Quota { ca: None, certificate: None, csr: None });
    }

    #[test]
    fn the_pool_can_be_made_smaller_or_left_out() {
        let pool = |flags: &[&str], file| decided(flags, file).unwrap().rsa_pool;

        assert_eq!(pool(&[], "").rsa2048, 24);
        assert_eq!(pool(&["--rsa-pool-4096", "0"], "[rsa_pool]\nrsa2048 = 1").rsa2048, 1);
        assert_eq!(pool(&["--rsa-pool-4096", "0"], "[rsa_pool]\nrsa4096 = 1").rsa4096, 0);
        assert!(decided(&[], "[rsa_pool]\nrsa2048 = 1001").is_err());
    }

    #[test]
    fn only_an_address_that_was_asked_for_must_be_free() {
        let usual = decided(&[], "").unwrap().public_listen;
        let named = decided(&["--public-listen", "127.0.0.1:8080"], "").unwrap().public_listen;

        assert_eq!(usual, SideListen::ByDefault(PUBLIC_LISTEN));
        assert_eq!(named, SideListen::Wanted(PUBLIC_LISTEN));
    }

    #[test]
    fn without_tls_only_loopback_and_proxies_are_served() {
        assert!(decided(&["--tls", "off"], "").is_ok());
        assert!(decided(&["--tls", "off", "--listen", "[::1]:1"], "").is_ok());
        assert!(decided(&["--tls", "off", "--listen", "0.0.0.0:1"], "").is_err());
        let proxied = ["--tls", "off", "--listen", "0.0.0.0:1", "--behind-proxy", "10.0.0.0/8"];
        assert!(decided(&proxied, "").is_ok());
    }

    #[test]
    fn tls_files_contradict_tls_that_is_off_unless_a_flag_overrules_the_file() {
        let pair = ["--tls-cert", "c", "--tls-key", "k"];
        let file = "[tls]\ncert = \"c\"\nkey = \"k\"";
        for (flags, file) in [
            (&[&["--tls", "off"][..], &pair].concat()[..], ""),
            (&["--tls", "off", "--tls-key", "k"], ""),
            (&pair, "[tls]\nmode = \"off\""),
            (&[], &format!("{file}\nmode = \"off\"")),
        ] {
            let refused = decided(flags, file);
            assert!(matches!(refused, Err(Failure::Contradiction { .. })), "{flags:?} {file}");
        }
        assert!(matches!(decided(&["--tls", "off"], file).unwrap().tls, TlsSource::Off));
    }

    #[test]
    fn a_public_url_must_be_fetchable() {
        assert!(decided(&["--public-url", "http://pki.example.org/x"], "").is_ok());
        for url in [
            "pki.example.org",
            "https://x",
            "ftp://x",
            "http://",
            "http:///x",
            "http://a b",
            "http://a?b",
        ] {
            assert!(decided(&["--public-url", url], "").is_err(), "{url}");
        }
    }
}
