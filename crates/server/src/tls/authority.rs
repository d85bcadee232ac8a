//! The server's own certificate authority, which clients trust to reach the server and for nothing
//! else: critical nameConstraints bind it to the server's names.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keys::Vault;
use ledger::{Clock, KeyId, Random, Timestamp};
use pki::{KeyRecord, KeyStore};
use x509::extension::{NameConstraints, Subtree};
use x509::{
    AttributeType, AuthorityKeyIdentifier, BasicConstraints, Certificate, CertificateFields,
    Criticality, ExtensionValue, GeneralName, KeyAlgorithm, KeyUsage, LineEnding, Name, PublicKey,
    SerialNumber, SubjectKeyIdentifier, UnixTime,
};

use super::sealed_key;
use super::server_certificate::{ALGORITHM, ServerCertificate, draft, internal};
use crate::configuration::ServerNames;
use crate::directory::{DataDirectory, replace_durably};
use crate::failure::Failure;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the authority is valid.
const VALIDITY: Duration = Duration::from_secs(3650 * 24 * 60 * 60);
/// With less than this left its certificates would be cut short, and a new one is made.
const REST: Duration = Duration::from_secs(91 * 24 * 60 * 60);

/// What the authority works with.
#[derive(Clone)]
pub(crate) struct Tools {
    /// Seals and uses its key.
    pub(crate) vault: Arc<Vault>,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
    /// Randomness.
    pub(crate) random: Arc<dyn Random>,
}

/// The internal authority.
pub(crate) struct InternalAuthority {
    certificate: Certificate,
    key: KeyRecord,
    tools: Tools,
    names: ServerNames,
    replaced: Option<&'static str>,
}

/// What lies where the authority's certificate should.
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// Something that is no certificate of an authority of ours.
    Damaged,
    /// One.
    Certificate(Box<Certificate>, PublicKey),
}

impl InternalAuthority {
    /// Opens the authority in `directory`. Where there is none that may certify `names`, makes
    /// one: with the same key where it opens, so that no moment of a crash leaves a certificate
    /// beside another's key.
    pub(crate) async fn open(
        directory: &DataDirectory,
        names: ServerNames,
        tools: Tools,
    ) -> Result<Self, Failure> {
        let file = directory.ca_file();
        let key_file = key_file(&file);
        let found = read(&file)?;
        let key = match &found {
            Found::Certificate(_, public_key) => sealed_key::read(&key_file, public_key)?,
            Found::Nothing | Found::Damaged => None,
        };
        let key = match key {
            Some(key) if opens(&tools.vault, &key).await => Some(key),
            _ => None,
        };
        match (found, key) {
            (Found::Certificate(certificate, _), Some(key))
                if suits(&certificate, &names, &tools) =>
            {
                Ok(Self { certificate: *certificate, key, tools, names, replaced: None })
            }
            (found, key) => {
                let (reason, subject) = match (found, &key) {
                    (Found::Nothing, _) => return Self::make(file, key, names, tools).await,
                    (Found::Damaged, _) => ("its certificate file is damaged", "unknown".into()),
                    (Found::Certificate(old, _), None) => {
                        ("its key does not open", old.subject().to_string())
                    }
                    (Found::Certificate(old, _), Some(_)) => {
                        ("new names, or its end is near", old.subject().to_string())
                    }
                };
                tracing::warn!(
                    reason,
                    subject,
                    ca_file = %file.display(),
                    "a new TLS authority takes the old one's place; clients must trust it anew"
                );
                let made = Self::make(file, key, names, tools).await?;
                Ok(Self { replaced: Some(reason), ..made })
            }
        }
    }

    /// Why it took an old one's place when it was opened; `None` when it did not.
    pub(crate) fn replaced(&self) -> Option<&'static str> {
        self.replaced
    }

    /// What the audit trail names it by: its certificate's subject.
    pub(crate) fn subject(&self) -> String {
        self.certificate.subject().to_string()
    }

    /// Makes the authority with `key`, or a new one.
    async fn make(
        file: PathBuf,
        key: Option<KeyRecord>,
        names: ServerNames,
        tools: Tools,
    ) -> Result<Self, Failure> {
        let folder = file.parent().unwrap_or(Path::new("."));
        let written = |cause| Failure::File { act: "write", path: file.clone(), cause };
        std::fs::create_dir_all(folder).map_err(written)?;
        let key = match key {
            Some(key) => key,
            None => {
                let id = KeyId::generate(&*tools.clock, &*tools.random);
                let binding = sealed_key::binding(id)?;
                let key = tools.vault.generate(binding, KeyAlgorithm::EcP256);
                let key = key.await.map_err(internal)?;
                sealed_key::write(&key_file(&file), &key)?;
                key
            }
        };
        let to_be_signed =
            fields(&key.public_key, &names, &tools)?.to_be_signed(ALGORITHM).map_err(internal)?;
        let signature = tools.vault.sign(&key, ALGORITHM, &to_be_signed).await.map_err(internal)?;
        let der = x509::signed::assemble(&to_be_signed, ALGORITHM, &signature);
        let certificate = Certificate::from_der(&der).map_err(internal)?;
        replace_durably(&file, certificate.to_pem(LineEnding::Lf).as_bytes()).map_err(written)?;
        sync(folder.parent()).map_err(written)?;
        Ok(Self { certificate, key, tools, names, replaced: None })
    }

    /// Makes a certificate for the server.
    pub(crate) async fn certify(&self) -> Result<ServerCertificate, Failure> {
        let names: Vec<GeneralName> =
            self.names.needed.iter().chain(&self.names.host).cloned().collect();
        let names = names.into_iter().filter(|name| permits(&self.certificate, name)).collect();
        let Tools { vault, clock, random } = &self.tools;
        let draft = draft(&self.certificate, names, &**clock, &**random)?;
        let signature = vault.sign(&self.key, ALGORITHM, &draft.to_be_signed).await;
        draft.signed(&signature.map_err(internal)?)
    }
}

/// Where its sealed key lies.
pub(super) fn key_file(certificate: &Path) -> PathBuf {
    certificate.with_file_name("ca.key.sealed")
}

/// Reads the authority's certificate.
pub(super) fn read(file: &Path) -> Result<Found, Failure> {
    let certificate = |text: &str| {
        let certificate = Certificate::from_pem(text).ok()?;
        let public_key = certificate.public_key().ok()?.clone();
        let p256 = public_key.algorithm() == KeyAlgorithm::EcP256;
        p256.then(|| Found::Certificate(Box::new(certificate), public_key))
    };
    match std::fs::read(file) {
        Ok(octets) => {
            Ok(str::from_utf8(&octets).ok().and_then(certificate).unwrap_or(Found::Damaged))
        }
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(Found::Nothing),
        Err(cause) => Err(Failure::File { act: "read", path: file.to_owned(), cause }),
    }
}

/// Whether the key can be used: the vault that sealed it is this one.
async fn opens(vault: &Vault, key: &KeyRecord) -> bool {
    vault.sign(key, ALGORITHM, b"does it open?").await.is_ok()
}

/// Whether the authority may certify all needed names, and lives long enough to do so.
fn suits(certificate: &Certificate, names: &ServerNames, tools: &Tools) -> bool {
    let now = tools.clock.now();
    let (from, to) = (certificate.not_before().0, certificate.not_after().0);
    from <= now.as_seconds()
        && to >= (now + REST).as_seconds()
        && certificate.name_constraints().is_some()
        && names.needed.iter().all(|name| permits(certificate, name))
}

fn permits(certificate: &Certificate, name: &GeneralName) -> bool {
    certificate.name_constraints().is_some_and(|constraints| {
        constraints.permits(certificate.subject(), std::slice::from_ref(name)).is_ok()
    })
}

/// The authority's certificate: P-256, ten years, path length 0, its names and no others.
fn fields(
    public_key: &PublicKey,
    names: &ServerNames,
    tools: &Tools,
) -> Result<CertificateFields, Failure> {
    let now: Timestamp = tools.clock.now();
    let identifier = public_key.key_identifier().to_vec();
    let permitted = names.needed.iter().chain(&names.host).filter_map(subtree).collect();
    // The start in the name, so that a client's store can tell an old authority from a new one.
    let subject = format!("Cinnabar TLS {}", now.as_seconds());
    let subject =
        Name::from_attributes(&[(AttributeType::CommonName, &subject)]).map_err(internal)?;
    Ok(CertificateFields {
        serial: SerialNumber::from_random(tools.random.bytes()),
        issuer: subject.clone(),
        subject,
        not_before: UnixTime((now - DAY).as_seconds()),
        not_after: UnixTime((now + VALIDITY).as_seconds()),
        public_key: public_key.clone(),
        extensions: vec![
            BasicConstraints::Ca { path_len: Some(0) }.to_extension(Criticality::Critical),
            KeyUsage::KEY_CERT_SIGN.to_extension(Criticality::Critical),
            NameConstraints { permitted, excluded: Vec::new() }.to_extension(Criticality::Critical),
            SubjectKeyIdentifier(identifier.clone()).to_extension(Criticality::NotCritical),
            AuthorityKeyIdentifier { key_identifier: Some(identifier) }
                .to_extension(Criticality::NotCritical),
        ],
    })
}

/// The subtree that permits this name; a wildcard is permitted by the domain it stands in.
fn subtree(name: &GeneralName) -> Option<Subtree> {
    let all = |octets: &[u8]| vec![0xff; octets.len()];
    match name {
        GeneralName::Dns(name) => {
            Some(Subtree::Dns(name.strip_prefix("*.").unwrap_or(name).to_owned()))
        }
        GeneralName::Ip(IpAddr::V4(address)) => {
            let address = address.octets();
            Some(Subtree::Ip { address: address.to_vec(), mask: all(&address) })
        }
        GeneralName::Ip(IpAddr::V6(address)) => {
            let address = address.octets();
            Some(Subtree::Ip { address: address.to_vec(), mask: all(&address) })
        }
        _ => None,
    }
}

/// Makes a new folder's own entry durable.
fn sync(folder: Option<&Path>) -> std::io::Result<()> {
    folder.map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use keys::MasterKey;
    use ledger::system::SystemRandom;
    use x509::UnixTime;

    use super::*;

    /// A clock that the test moves; starts in November 2023.
    struct MovedClock(AtomicI64);

    impl Clock for MovedClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(self.0.load(Ordering::Relaxed))
        }
    }

    struct Home {
        folder: tempfile::TempDir,
        clock: Arc<MovedClock>,
        tools: Tools,
    }

    impl Home {
        fn new() -> Self {
            let random: Arc<dyn Random> = Arc::new(SystemRandom);
            let master = MasterKey::generate(&SystemRandom);
            let vault = Vault::create(&master, Arc::clone(&random)).unwrap().vault;
            let clock = Arc::new(MovedClock(AtomicI64::new(1_700_000_000)));
            let tools =
                Tools { vault: Arc::new(vault), clock: Arc::<MovedClock>::clone(&clock), random };
            Self { folder: tempfile::tempdir().unwrap(), clock, tools }
        }

        fn pass_days(&self, days: i64) {
            self.clock.0.fetch_add(days * 24 * 60 * 60, Ordering::Relaxed);
        }

        async fn authority(&self, extra: &[&str]) -> InternalAuthority {
            let directory = DataDirectory::create(&self.folder.path().join("data")).unwrap();
            let extra: Vec<String> = extra.iter().map(|&name| name.to_owned()).collect();
            let names = ServerNames::of(&extra, None).unwrap();
            InternalAuthority::open(&directory, names, self.tools.clone()).await.unwrap()
        }
    }

    /// The certificate that would be shown.
    fn shown(certificate: &ServerCertificate) -> Certificate {
        Certificate::from_der(&certificate.pair.cert[0]).unwrap()
    }

    #[tokio::test]
    async fn the_same_authority_is_opened_again() {
        let home = Home::new();
        let first = home.authority(&["pki.example.org"]).await;

        let fewer = home.authority(&[]).await;

        assert_eq!(first.certificate, fewer.certificate);
    }

    #[tokio::test]
    async fn a_new_name_or_a_near_end_makes_a_new_one_with_the_same_key() {
        let home = Home::new();
        let first = home.authority(&[]).await;
        let more = home.authority(&["pki.example.org"]).await;
        home.pass_days(3560);

        let later = home.authority(&["pki.example.org"]).await;

        assert_ne!(first.certificate, more.certificate);
        assert_ne!(more.certificate, later.certificate);
        assert_eq!(first.key.public_key, later.key.public_key);
        assert_eq!(
            later.certificate.not_before(),
            UnixTime(home.tools.clock.now().as_seconds() - 86_400)
        );
    }

    #[tokio::test]
    async fn a_damaged_certificate_is_replaced_and_that_is_known() {
        let home = Home::new();
        let first = home.authority(&[]).await;
        let file = home.folder.path().join("data/tls/ca.pem");

        for content in [&b"a"[..], b"", b"\xff\xfe"] {
            std::fs::write(&file, content).unwrap();
            let second = home.authority(&[]).await;

            assert_eq!(first.replaced(), None);
            assert_eq!(second.replaced(), Some("its certificate file is damaged"));
            assert_ne!(first.certificate, second.certificate);
        }
        assert_eq!(home.authority(&[]).await.replaced(), None);
    }

    #[tokio::test]
    async fn another_vault_makes_a_new_key() {
        let mut home = Home::new();
        let first = home.authority(&[]).await;
        home.tools.vault = Home::new().tools.vault;

        let second = home.authority(&[]).await;

        assert_ne!(first.key.public_key, second.key.public_key);
    }

    #[tokio::test]
    async fn a_server_certificate_is_signed_by_the_authority_and_lives_ninety_days() {
        let home = Home::new();
        let authority = home.authority(&["pki.example.org"]).await;

        let certificate = shown(&authority.certify().await.unwrap());

        let issuer = authority.certificate.public_key().unwrap();
        assert_eq!(certificate.verify_signed_by(issuer), Ok(()));
        let lifetime = certificate.not_after().0 - home.tools.clock.now().as_seconds();
        assert_eq!(lifetime, 90 * 24 * 60 * 60);
        let name = GeneralName::Dns("pki.example.org".to_owned());
        assert!(certificate.subject_alt_names().contains(&name));
    }

    #[tokio::test]
    async fn a_server_certificate_is_due_after_sixty_days_or_when_the_clock_goes_back() {
        let home = Home::new();
        let due = home.authority(&[]).await.certify().await.unwrap().due;

        let mut seen = Vec::new();
        for days in [0, 59, 1, -70] {
            home.pass_days(days);
            seen.push(due.is_now(home.tools.clock.now()));
        }

        assert_eq!(seen, [false, false, true, true]);
    }

    #[tokio::test]
    async fn no_server_certificate_outlives_its_authority() {
        let home = Home::new();
        let authority = home.authority(&[]).await;
        home.pass_days(3600);

        let certificate = shown(&authority.certify().await.unwrap());

        assert_eq!(certificate.not_after(), authority.certificate.not_after());
    }
}
