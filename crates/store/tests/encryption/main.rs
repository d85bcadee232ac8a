//! TLS with a PostgreSQL server: who is trusted, who is refused, and what is said about it.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod front;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use postgres_cluster::{Cluster, Durability as Lasting, TestDatabase};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use store::{Database, Demands, Durability, OpenError, PostgresAddress};
use tempfile::TempDir;

use front::Front;

/// What the server's certificate is for.
const NAME: &str = "db.example";

/// A server with TLS alone, and the certificates that clients may trust.
struct Site {
    // Before the server, which goes last.
    front: Option<Front>,
    database: TestDatabase,
    certificates: TempDir,
}

/// An authority that nobody knows yet.
fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}

impl Site {
    fn new() -> Self {
        Self::with(CertificateParams::new(vec![NAME.to_owned()]).unwrap())
    }

    fn with(params: CertificateParams) -> Self {
        let (root, issuer) = authority("its own");
        let (other, _) = authority("another");
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap().pem();
        let key = key.serialize_pem();
        let certificates = tempfile::tempdir().unwrap();
        std::fs::write(certificates.path().join("root.pem"), root).unwrap();
        std::fs::write(certificates.path().join("other.pem"), other).unwrap();
        let cluster = Arc::new(Cluster::start(Lasting::Fast));
        let front = (!cluster.encrypt(&certificate, &key))
            .then(|| Front::start(&certificate, &key, cluster.port()));
        Self { front, database: TestDatabase::new(&cluster), certificates }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.certificates.path().join(name)
    }

    /// Opens the database under the name of a host, with `more` in its URL.
    fn open(&self, host: &str, more: &str) -> Result<Database, OpenError> {
        let port = self.database.cluster().port();
        let chosen = self.front.as_ref().map_or(port, |front| front.port);
        let place = format!("127.0.0.1:{port}");
        let url = self.database.tcp_url().replace(&place, &format!("{host}:{chosen}"));
        open(&format!("{url}?hostaddr=127.0.0.1&{more}"))
    }

    /// Why it cannot be opened, with all causes.
    fn refusal(&self, host: &str, more: &str) -> String {
        said(self.open(host, more))
    }
}

fn open(url: &str) -> Result<Database, OpenError> {
    let address: PostgresAddress = url.parse().unwrap();
    let demands = Demands { durability: Durability::Spared, ..Demands::default() };
    Database::open_postgres(address, demands)
}

fn said(opened: Result<Database, OpenError>) -> String {
    let Err(error) = opened else { panic!("the server is accepted") };
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}

#[test]
fn a_server_that_shows_who_it_is_is_trusted() {
    let site = Site::new();
    let root = site.file("root.pem");
    let verified = format!("sslmode=verify-full&sslrootcert={}", root.display());

    let database = site.open(NAME, &verified).unwrap();

    // A session that reads is there as well as those that write.
    let reading = async { database.data_keys().await.map(drop) };
    tokio::runtime::Runtime::new().unwrap().block_on(reading).unwrap();
    if site.front.is_none() {
        let plain = "SELECT count(*) FILTER (WHERE NOT ssl) || ' of ' || count(*) FROM pg_stat_ssl
             JOIN pg_stat_activity USING (pid) WHERE application_name = 'cinnabar'";
        assert_eq!(site.database.run(plain).as_deref(), Some("0 of 3"));
    }
    drop(database);
}

#[test]
fn a_password_is_proved_for_the_servers_own_certificate_alone() {
    let site = Site::new();
    let root = site.file("root.pem");
    let bound =
        format!("sslmode=verify-full&sslrootcert={}&channel_binding=require", root.display());

    let opened = site.open(NAME, &bound);

    if site.front.is_some() {
        // The server behind the front knows nothing of the front's certificate: somebody is in between.
        let refusal = said(opened);
        assert!(refusal.contains("channel binding"), "{refusal}");
    } else {
        opened.unwrap();
    }
}

#[test]
fn a_server_of_another_name_is_refused() {
    let site = Site::new();
    let root = site.file("root.pem");

    let refusal =
        site.refusal("db2.example", &format!("sslmode=verify-full&sslrootcert={}", root.display()));

    assert!(refusal.contains("is not for the host db2.example"), "{refusal}");
    assert!(refusal.contains(NAME), "{refusal}");
}

#[test]
fn a_server_of_another_authority_is_refused() {
    let site = Site::new();
    let other = site.file("other.pem");

    // A certificate to trust is meant, whatever the mode is called.
    for mode in ["sslmode=verify-full&", "sslmode=require&", ""] {
        let more = format!("{mode}sslrootcert={}", other.display());
        let refusal = site.refusal(NAME, &more);
        assert!(refusal.contains("is of no authority that sslrootcert"), "{more}: {refusal}");
    }
    // Without it, those of the machine are asked.
    let refusal = site.refusal(NAME, "sslmode=verify-full");
    assert!(refusal.contains("is of no authority that sslrootcert"), "{refusal}");
}

#[test]
fn a_certificate_that_has_ended_is_refused() {
    let mut params = CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    let site = Site::with(params);
    let root = site.file("root.pem");

    let refusal =
        site.refusal(NAME, &format!("sslmode=verify-full&sslrootcert={}", root.display()));

    assert!(refusal.contains("has ended"), "{refusal}");
}

#[test]
fn encryption_can_be_had_without_knowing_with_whom() {
    let site = Site::new();

    for more in ["sslmode=require", "sslmode=prefer", "connect_timeout=5"] {
        drop(site.open("db2.example", more).unwrap());
    }
    let refusal = site.refusal(NAME, "sslmode=disable");
    if site.front.is_none() {
        assert!(refusal.contains("no encryption"), "{refusal}");
    }
}

#[test]
fn a_server_without_tls_is_refused_where_it_has_to_have_it() {
    let server = TestDatabase::new(&Cluster::shared());

    for mode in ["require", "verify-full"] {
        let refusal = said(open(&format!("{}?sslmode={mode}", server.tcp_url())));
        assert!(refusal.contains("does not support TLS"), "{mode}: {refusal}");
    }
    drop(open(&format!("{}?sslmode=prefer", server.tcp_url())).unwrap());
}
