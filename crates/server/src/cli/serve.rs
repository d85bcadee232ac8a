//! `cinnabar serve`.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use api::Network;
use clap::{Args, ValueEnum};
use serde::Deserialize;
use x509::bundle::pkcs12::Protection;

use super::{FoundationArguments, LimitArguments, PoolArguments, TraceArguments};

/// `cinnabar serve`: every setting that a flag or a variable can make; what is absent comes from
/// the settings file or is the default.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Serving")]
pub(crate) struct ServeArguments {
    /// Where the API listens; port 0 takes a free one. Default: 127.0.0.1:8443.
    #[arg(long, value_name = "ADDRESS:PORT", env = "CINNABAR_LISTEN", value_parser = address)]
    pub(crate) listen: Option<SocketAddr>,
    /// Where relying parties fetch CRLs, OCSP answers and issuers' certificates over plain HTTP.
    /// Default: 127.0.0.1:8080, if free.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "CINNABAR_PUBLIC_LISTEN",
        value_parser = address
    )]
    pub(crate) public_listen: Option<SocketAddr>,
    /// Where an administrator watches over plain HTTP: /metrics, /healthz, /readyz. Default:
    /// 127.0.0.1:9464, if free.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "CINNABAR_ADMIN_LISTEN",
        value_parser = address
    )]
    pub(crate) admin_listen: Option<SocketAddr>,
    /// The URL under which relying parties reach the public listener.
    #[arg(long, value_name = "URL", env = "CINNABAR_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// A standby of the database's server that may answer lists and exports:
    /// postgres://ROLE@HOST/NAME.
    #[arg(long, value_name = "URL", env = "CINNABAR_REPLICA", hide_env_values = true)]
    pub(crate) replica: Option<String>,
    /// Write the API's URL to this file once requests are accepted.
    #[arg(long, value_name = "FILE", env = "CINNABAR_ADDRESS_FILE")]
    pub(crate) address_file: Option<PathBuf>,
    /// `off` serves plain HTTP: only on a loopback address, or with --behind-proxy. Default: on.
    #[arg(long, value_name = "on|off", env = "CINNABAR_TLS")]
    pub(crate) tls: Option<TlsMode>,
    /// A certificate with its chain (PEM) instead of one by the server's own authority.
    #[arg(long, value_name = "FILE", env = "CINNABAR_TLS_CERT")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The key of --tls-cert (PEM). Both are read again when they change, and on SIGHUP.
    #[arg(long, value_name = "FILE", env = "CINNABAR_TLS_KEY")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A further name or address by which clients reach the server; may be repeated.
    #[arg(
        long = "tls-name",
        value_name = "NAME",
        env = "CINNABAR_TLS_NAMES",
        value_delimiter = ','
    )]
    pub(crate) tls_names: Option<Vec<String>>,
    /// Proxies in front of the server, whose X-Forwarded-For is believed; may be repeated.
    #[arg(long, value_name = "CIDR", env = "CINNABAR_BEHIND_PROXY", value_delimiter = ',')]
    pub(crate) behind_proxy: Option<Vec<Network>>,
    #[command(flatten)]
    pub(crate) quota: QuotaArguments,
    #[command(flatten)]
    pub(crate) rsa_pool: PoolArguments,
    /// Accept SM2 requests signed over the empty identifier, as OpenSSL does by default [default: true].
    #[arg(long, value_name = "true|false", env = "CINNABAR_SM2_ACCEPT_EMPTY_ID")]
    pub(crate) sm2_accept_empty_id: Option<bool>,
    /// How exported PKCS #12 files are encrypted [default: modern].
    #[arg(long, value_name = "FORM", env = "CINNABAR_EXPORT_PKCS12")]
    pub(crate) export_pkcs12: Option<Pkcs12Form>,
    #[command(flatten)]
    pub(crate) traces: TraceArguments,
    #[command(flatten)]
    pub(crate) foundation: FoundationArguments,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

/// How much an account may have.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct QuotaArguments {
    /// Certificate authorities an account may have; 0 is no bound. Default: 100.
    #[arg(
        long,
        value_name = "N",
        env = "CINNABAR_QUOTA_CA",
        value_parser = |text: &str| bound(text, "CINNABAR_QUOTA_CA")
    )]
    pub(crate) quota_ca: Option<u32>,
    /// Certificates an account may have; 0 is no bound. Default: 0.
    #[arg(
        long,
        value_name = "N",
        env = "CINNABAR_QUOTA_CERTIFICATE",
        value_parser = |text: &str| bound(text, "CINNABAR_QUOTA_CERTIFICATE")
    )]
    pub(crate) quota_certificate: Option<u32>,
    /// Certification requests an account may have; 0 is no bound. Default: 10000.
    #[arg(
        long,
        value_name = "N",
        env = "CINNABAR_QUOTA_CSR",
        value_parser = |text: &str| bound(text, "CINNABAR_QUOTA_CSR")
    )]
    pub(crate) quota_csr: Option<u32>,
}

/// An address with a port. Names are not looked up: what one listens on should not change.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "an IP address and a port are wanted, as in 127.0.0.1:8443 or [::1]:8443".to_owned()
    })
}

/// How many of something; whoever set the variable has typed no flag and looks for its name.
fn bound(text: &str, variable: &str) -> Result<u32, String> {
    let most = u32::MAX;
    text.parse().map_err(|_| {
        format!("the flag, or the variable {variable}, must be a whole number from 0 to {most}")
    })
}

/// How exported PKCS #12 files are encrypted.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Pkcs12Form {
    /// AES-256 and HMAC-SHA256.
    #[default]
    Modern,
    /// Triple DES and SHA-1, for old Windows and Java.
    Legacy,
}

impl Pkcs12Form {
    /// What exports are told.
    pub(crate) fn protection(self) -> Protection {
        match self {
            Self::Modern => Protection::Modern,
            Self::Legacy => Protection::Legacy,
        }
    }
}

impl fmt::Display for Pkcs12Form {
    /// The word in settings.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Modern => "modern",
            Self::Legacy => "legacy",
        })
    }
}

/// Whether the API is served over TLS.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TlsMode {
    /// Plain HTTP.
    Off,
    /// TLS 1.2 and 1.3.
    On,
}
