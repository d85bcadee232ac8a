//! Where a PostgreSQL database is, and how it is reached.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode, TargetSessionAttrs};

use super::tls::{Encryption, Trust, TrustError};

/// How long a server may take to accept a connection, where the URL does not say so.
const CONNECT: Duration = Duration::from_secs(5);
/// After how long without a word a connection is asked whether it is alive.
const IDLE: Duration = Duration::from_secs(15);
/// How often it is asked.
const INTERVAL: Duration = Duration::from_secs(5);
/// How many questions without an answer end it.
const RETRIES: u32 = 3;
/// How long what was sent may go without being acknowledged.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);

/// Where a PostgreSQL database is: hosts, the database's name, the user, and how the connection is
/// secured. Shown without the password.
#[derive(Clone)]
pub struct PostgresAddress {
    config: Config,
    trust: Trust,
}

/// Why an address cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It is no URL of PostgreSQL, or has a parameter that is not known.
    #[error("not a URL of PostgreSQL (postgres://user@host:port/database): {0}")]
    Malformed(String),
    /// It names no database.
    #[error("the URL names no database: postgres://user@host:port/database")]
    NoDatabase,
    /// `sslmode` is none of those that there are.
    #[error("sslmode={0} is not known: disable, prefer, require or verify-full")]
    UnknownMode(String),
    /// The certificates of `sslrootcert`, or those of the machine, cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

impl PostgresAddress {
    /// Whether the URL has brought a password, or one was given since.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// The same place with this password, unless the URL has brought one.
    #[must_use]
    pub fn or_password(mut self, password: Option<&str>) -> Self {
        if let (None, Some(password)) = (self.config.get_password(), password) {
            self.config.password(password);
        }
        self
    }

    /// Whether what is sent could be read on the way: no socket of this machine, and no encryption with a
    /// server that has shown who it is.
    pub fn is_exposed(&self) -> bool {
        let is_here = |host: &Host| match host {
            Host::Unix(_) => true,
            Host::Tcp(name) => {
                name == "localhost" || name.parse().is_ok_and(|host: IpAddr| host.is_loopback())
            }
        };
        let all_here = self.config.get_hosts().iter().all(is_here)
            && self.config.get_hostaddrs().iter().all(IpAddr::is_loopback);
        !all_here && !self.trust.is_verified()
    }

    /// How each of the hosts is reached, in their order: so that one that accepts connections and says
    /// nothing does not use up the time of the others.
    pub(crate) fn hosts(&self) -> Vec<Config> {
        let (hosts, addresses) = (self.config.get_hosts(), self.config.get_hostaddrs());
        let is_in_order = self.config.get_load_balance_hosts() == LoadBalanceHosts::Disable;
        if hosts.len() < 2
            || !is_in_order
            || !(addresses.is_empty() || addresses.len() == hosts.len())
        {
            return vec![self.config.clone()];
        }
        let ports = self.config.get_ports();
        let one = |(number, host): (usize, &Host)| {
            let mut config = without_hosts(&self.config);
            match host {
                Host::Tcp(name) => config.host(name),
                Host::Unix(path) => config.host_path(path),
            };
            if let Some(address) = addresses.get(number) {
                config.hostaddr(*address);
            }
            if let Some(port) = ports.get(number).or(ports.first()) {
                config.port(*port);
            }
            config
        };
        hosts.iter().enumerate().map(one).collect()
    }

    /// Each of the hosts as a place of its own, whether it writes or only reads.
    pub(crate) fn each_host(&self) -> Vec<Self> {
        let one = |config| Self { config, trust: self.trust.clone() }.reading_only();
        self.hosts().into_iter().map(one).collect()
    }

    /// How a new connection is encrypted.
    pub(crate) fn encryption(&self) -> Encryption {
        self.trust.encryption()
    }

    /// The same place, with a server that only reads among its hosts.
    #[must_use]
    pub fn reading_only(mut self) -> Self {
        self.config.target_session_attrs(TargetSessionAttrs::Any);
        self
    }
}

impl FromStr for PostgresAddress {
    type Err = AddressError;

    fn from_str(url: &str) -> Result<Self, AddressError> {
        let (url, security) = without_security(url);
        let malformed = |error: tokio_postgres::Error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            AddressError::Malformed(cause.unwrap_or_else(|| error.to_string()))
        };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(AddressError::Malformed("it begins with postgres://".to_owned()));
        }
        let mut config: Config = url.parse().map_err(malformed)?;
        if config.get_dbname().is_none() {
            return Err(AddressError::NoDatabase);
        }
        if config.get_hosts().is_empty() {
            return Err(AddressError::Malformed("it names no host".to_owned()));
        }
        let Security { mode, roots } = security;
        let (ssl_mode, trust) = match mode.as_deref() {
            Some("disable") => (SslMode::Disable, Trust::anybody()?),
            None if config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_))) => {
                (SslMode::Disable, Trust::anybody()?)
            }
            // A certificate to trust is no use to one who takes any.
            None if roots.is_none() => (SslMode::Prefer, Trust::anybody()?),
            Some("prefer") => (SslMode::Prefer, Trust::anybody()?),
            Some("require") if roots.is_none() => (SslMode::Require, Trust::anybody()?),
            None | Some("require" | "verify-full") => {
                (SslMode::Require, Trust::verified(roots.as_deref())?)
            }
            Some(other) => return Err(AddressError::UnknownMode(other.to_owned())),
        };
        config.ssl_mode(ssl_mode);
        settle(&mut config);
        Ok(Self { config, trust })
    }
}

/// Sets what the URL leaves open.
fn settle(config: &mut Config) {
    if config.get_application_name().is_none() {
        config.application_name("cinnabar");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNACKNOWLEDGED);
    }
    config.keepalives_idle(IDLE).keepalives_interval(INTERVAL).keepalives_retries(RETRIES);
    // Of several hosts the one that writes: a standby is not asked.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
}

/// The same but for where it is: the driver can only add hosts.
fn without_hosts(config: &Config) -> Config {
    let mut other = Config::new();
    if let Some(user) = config.get_user() {
        other.user(user);
    }
    if let Some(password) = config.get_password() {
        other.password(password);
    }
    if let Some(name) = config.get_dbname() {
        other.dbname(name);
    }
    if let Some(options) = config.get_options() {
        other.options(options);
    }
    if let Some(name) = config.get_application_name() {
        other.application_name(name);
    }
    if let Some(timeout) = config.get_connect_timeout() {
        other.connect_timeout(*timeout);
    }
    if let Some(timeout) = config.get_tcp_user_timeout() {
        other.tcp_user_timeout(*timeout);
    }
    if let Some(interval) = config.get_keepalives_interval() {
        other.keepalives_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        other.keepalives_retries(retries);
    }
    other
        .ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle())
        .target_session_attrs(config.get_target_session_attrs())
        .channel_binding(config.get_channel_binding());
    other
}

/// What the URL says of encryption.
#[derive(Default)]
struct Security {
    mode: Option<String>,
    roots: Option<PathBuf>,
}

/// Takes `sslmode` and `sslrootcert` out of a URL: the driver knows the one in part and the other not.
fn without_security(url: &str) -> (String, Security) {
    let Some((place, query)) = url.split_once('?') else {
        return (url.to_owned(), Security::default());
    };
    let mut security = Security::default();
    let mut kept = Vec::new();
    for parameter in query.split('&') {
        let decoded = |value: &str| {
            percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned()
        };
        match parameter.split_once('=') {
            Some(("sslmode", value)) => security.mode = Some(decoded(value)),
            Some(("sslrootcert", value)) => security.roots = Some(decoded(value).into()),
            _ => kept.push(parameter),
        }
    }
    if kept.is_empty() {
        return (place.to_owned(), security);
    }
    (format!("{place}?{}", kept.join("&")), security)
}

impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if let Some(user) = self.config.get_user() {
            write!(f, "{user}@")?;
        }
        for (number, host) in self.config.get_hosts().iter().enumerate() {
            if number > 0 {
                f.write_str(",")?;
            }
            match host {
                Host::Tcp(name) if name.contains(':') => write!(f, "[{name}]")?,
                Host::Tcp(name) => f.write_str(name)?,
                Host::Unix(path) => write!(f, "{}", path.display())?,
            }
            let ports = self.config.get_ports();
            if let Some(port) = ports.get(number).or(ports.first()) {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", self.config.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> PostgresAddress {
        url.parse().unwrap()
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let address =
            read("postgres://ca:s3cret@db.example:5433,[::1]:5434/cinnabar?sslmode=prefer");

        assert_eq!(address.to_string(), "postgres://ca@db.example:5433,[::1]:5434/cinnabar");
        assert_eq!(format!("{address:?}"), address.to_string());
        assert_eq!(address.config.get_password(), Some(&b"s3cret"[..]));
    }

    #[test]
    fn each_host_is_reached_by_itself_with_all_that_the_url_says() {
        let address = read(
            "postgres://ca:s3cret@db1.example:5433,db2.example:5434/cinnabar?sslmode=disable&\
             connect_timeout=3&application_name=x&options=-c%20a=b",
        );

        let hosts = address.hosts();

        let places: Vec<_> =
            hosts.iter().map(|host| (host.get_hosts(), host.get_ports())).collect();
        let host = |name: &str| [Host::Tcp(name.to_owned())];
        assert_eq!(
            places,
            [(&host("db1.example")[..], &[5433][..]), (&host("db2.example"), &[5434])]
        );
        let whole = format!("{:?}", without_hosts(&address.config));
        for host in &hosts {
            assert_eq!(format!("{:?}", without_hosts(host)), whole);
            assert_eq!(host.get_password(), Some(&b"s3cret"[..]));
            assert_eq!(host.get_connect_timeout(), Some(&Duration::from_secs(3)));
            assert_eq!(host.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        }
    }

    #[test]
    fn an_address_can_be_a_socket() {
        let address = read("postgres:///cinnabar?user=ca&host=/run/postgresql&port=5433");

        assert_eq!(address.to_string(), "postgres://ca@/run/postgresql:5433/cinnabar");
        assert!(!address.is_exposed());
    }

    #[test]
    fn a_password_of_elsewhere_is_taken_where_the_url_has_none() {
        let with = read("postgres://ca:here@localhost/x").or_password(Some("elsewhere"));
        let without = read("postgres://ca@localhost/x").or_password(Some("elsewhere"));

        assert_eq!(with.config.get_password(), Some(&b"here"[..]));
        assert_eq!(without.config.get_password(), Some(&b"elsewhere"[..]));
    }

    #[test]
    fn what_goes_over_a_network_unverified_is_exposed() {
        for url in ["postgres://db.example/x", "postgres://db.example/x?sslmode=require"] {
            assert!(read(url).is_exposed(), "{url}");
        }
        for url in ["postgres://127.0.0.1/x", "postgres://localhost/x?sslmode=disable"] {
            assert!(!read(url).is_exposed(), "{url}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_name() {
        for (url, said) in [
            ("mysql://a/b", "postgres://"),
            ("postgres://localhost", "names no database"),
            ("postgres:///x", "no host"),
            ("postgres://localhost/x?sslmode=maybe", "sslmode=maybe"),
            ("postgres://localhost/x?colour=red", "colour"),
            (
                "postgres://localhost/x?sslmode=verify-full&sslrootcert=/no/such/file",
                "/no/such/file",
            ),
        ] {
            let refusal = url.parse::<PostgresAddress>().unwrap_err().to_string();
            assert!(refusal.contains(said), "{url}: {refusal}");
        }
    }
}
