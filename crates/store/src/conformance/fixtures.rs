//! Records for the cases, each complete and like no other.

use std::sync::Arc;

use iam::{AccessKey, Account, Method, Project, Scope, Standing, State, Token, TokenDigest, User};
use ledger::system::{SystemClock, SystemRandom};
use ledger::{
    AccountId, Actor, AuditEvent, CaId, ChangeId, Changes, CsrId, KeyId, Origin, Outcome,
    ProjectId, Random, Timestamp, UserId,
};
use pki::authority::{Authority, Charging, GenerationMode, Home, Issued, Issuer, Kind, OcspSwitch};
use pki::company::Company;
use pki::csr::{Csr, Usage};
use pki::workspace::{Transaction, TransactionState};
use pki::{DistinguishedName, KeyBinding, KeyPurpose, KeyRecord};
use x509::extension::KeyUsage;
use x509::key::{HashAlgorithm, KeyAlgorithm, PublicKey, SignatureAlgorithm};
use x509::name::{AttributeType, Name};
use x509::serial::SerialNumber;
use x509::{AuthorityKeyIdentifier, CertificateFields, Criticality, ExtensionValue, UnixTime};

use super::Ledger;
use super::ledger_port::commit_iam;

/// A point in time that no rule of a store depends on.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_123);

/// A P-256 public key, made with `openssl ecparam -name prime256v1 -genkey`.
const SPKI: &str = "3059301306072a8648ce3d020106082a8648ce3d03010703420004fc03f883a1263bfe3951f87f\
     ee8ce91b999002ef407ab03b17318d22fb0d8bf93ea7ef82652b20e2b9266482883cdc5b0dc8cf597656ddf0e2288\
     dcae3bb89f4";

pub(super) fn account_id() -> AccountId {
    AccountId::generate(&SystemClock, &SystemRandom)
}

pub(super) fn change_id() -> ChangeId {
    ChangeId::generate(&SystemClock, &SystemRandom)
}

/// A text that comes once.
pub(super) fn unique() -> String {
    change_id().to_string()
}

/// A change set that tells one event.
pub(super) fn changes<R>() -> Changes<R> {
    Changes::new(change_id(), event("change", None))
}

pub(super) fn event(action: &'static str, account: Option<AccountId>) -> AuditEvent {
    AuditEvent {
        at: NOW,
        account,
        origin: Origin {
            actor: Actor::Server,
            address: Some([192, 0, 2, 1].into()),
            request_id: "0123456789abcdef".into(),
        },
        action,
        object: Some("object".into()),
        outcome: Outcome::Done,
        detail: None,
        count: 1,
    }
}

pub(super) fn account() -> Account {
    Account { id: account_id(), name: unique(), state: State::Enabled, created_at: NOW }
}

pub(super) fn project(account: &Account) -> Project {
    Project {
        id: ProjectId::generate(&SystemClock, &SystemRandom),
        account: account.id,
        name: unique(),
        description: "für alle 项目".into(),
        state: State::Enabled,
        created_at: NOW,
    }
}

pub(super) fn user(account: &Account) -> User {
    User {
        id: UserId::generate(&SystemClock, &SystemRandom),
        account: account.id,
        name: unique(),
        standing: Standing::Member,
        description: "für den 夜班".into(),
        password_hash: Some("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".into()),
        generation: 3,
        state: State::Enabled,
        created_at: NOW,
    }
}

pub(super) fn access_key(user: &User) -> AccessKey {
    AccessKey {
        access: unique(),
        user: user.id,
        account: user.account,
        slot: 1,
        description: "für den 夜班".into(),
        sealed_secret: vec![0, 1, 2, 255],
        state: State::Enabled,
        created_at: NOW,
    }
}

pub(super) fn token(user: &User, scope: Scope, expires_at: Timestamp) -> Token {
    let random: &dyn Random = &SystemRandom;
    Token {
        digest: TokenDigest(random.bytes()),
        user: user.id,
        account: user.account,
        scope,
        generation: 3,
        methods: vec![Method::Password, Method::Local],
        issued_at: NOW,
        expires_at,
    }
}

/// An account with a user, committed.
pub(super) async fn committed_account(ledger: &Arc<dyn Ledger>) -> (Account, User) {
    let account = account();
    let user = user(&account);
    let both = changes().insert(user.clone()).insert(account.clone());
    commit_iam(ledger, both).await.expect("an account and its user can be inserted");
    (account, user)
}

pub(crate) fn public_key() -> PublicKey {
    let spki = hex::decode(SPKI).expect("the fixture is hex");
    PublicKey::from_spki_der(&spki).expect("the fixture is a key")
}

pub(super) fn key(account: AccountId, purpose: KeyPurpose) -> KeyRecord {
    let id = KeyId::generate(&SystemClock, &SystemRandom);
    KeyRecord {
        binding: KeyBinding { id, account, purpose },
        algorithm: KeyAlgorithm::EcP256,
        public_key: public_key(),
        sealed: vec![1, 0, 255],
    }
}

pub(super) fn distinguished_name() -> DistinguishedName {
    DistinguishedName {
        common_name: "Example 示例".into(),
        country: "DE".into(),
        state: "Berlin".into(),
        locality: "Mitte".into(),
        organization: "Example Company".into(),
        organizational_unit: String::new(),
    }
}

pub(super) fn csr(account: AccountId) -> Csr {
    Csr {
        id: CsrId::generate(&SystemClock, &SystemRandom),
        account,
        name: "a request".into(),
        domain_name: "example.com".into(),
        sans: "a.example.com,b.example.com".into(),
        algorithm: KeyAlgorithm::Sm2,
        usage: Usage::Enterprise,
        company: Company {
            country: "DE".into(),
            province: "Berlin".into(),
            city: "Mitte".into(),
            name: "Example Company".into(),
        },
        request: "-----BEGIN CERTIFICATE REQUEST-----\n".into(),
        key: None,
        created_at: NOW,
        updated_at: Timestamp::from_millis(1_790_000_000_456),
    }
}

pub(super) fn transaction(project: ProjectId, account: AccountId) -> Transaction {
    Transaction {
        id: unique().parse().expect("a change identifier has the form of a transaction's"),
        project,
        account,
        distinguished_name: distinguished_name(),
        key_algorithm: KeyAlgorithm::Rsa3072,
        hash: HashAlgorithm::Sha512,
        key: KeyId::generate(&SystemClock, &SystemRandom),
        request: vec![0x30, 0],
        created_at: NOW,
        state: TransactionState::Pending,
    }
}

/// An authority that waits for its certificate.
pub(super) fn pending(account: AccountId) -> Authority {
    Authority {
        id: CaId::generate(&SystemClock, &SystemRandom),
        account,
        home: Home::PrivateCa,
        kind: Kind::Subordinate,
        distinguished_name: distinguished_name(),
        key: Some(KeyId::generate(&SystemClock, &SystemRandom)),
        key_algorithm: KeyAlgorithm::EcP384,
        key_usage: KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN),
        enterprise_project: "0".into(),
        charging: Charging::PayPerUse,
        ocsp: OcspSwitch::Off,
        created_at: NOW,
        tags: pki::Tags::default(),
        state: pki::authority::State::Pending { request: vec![0x30, 1, 2, 255] },
    }
}

/// A root with its certificate.
pub(super) fn root(account: AccountId) -> Authority {
    active(Authority { kind: Kind::Root, ..pending(account) }, Issuer::Itself)
}

/// An authority that was issued by `issuer`.
pub(super) fn child(account: AccountId, issuer: CaId) -> Authority {
    active(pending(account), Issuer::Authority(issuer))
}

/// `authority` with a certificate of its own.
pub(super) fn active(authority: Authority, issuer: Issuer) -> Authority {
    let issued = Issued {
        issuer,
        issuer_name: (issuer != Issuer::Itself).then(|| "Issuer".into()),
        mode: GenerationMode::Generate,
        hash: HashAlgorithm::Sha384,
        serial: serial(),
        not_before: Timestamp::from_seconds(1_790_000_000),
        not_after: Timestamp::from_seconds(1_890_000_000),
        path_length: Some(3),
        effective_path_length: None,
        subject: name("Example"),
        key_identifier: authority.id.as_bytes().to_vec(),
        certificate: authority.id.as_bytes().to_vec(),
        imported_chain: Vec::new(),
    };
    Authority { state: pki::authority::State::active(issued), ..authority }
}

/// `authority` with an imported certificate of this serial number, signed by a key that is known
/// elsewhere, and two certificates above it.
pub(super) fn imported(authority: Authority, serial: &SerialNumber) -> Authority {
    let mut authority = active(authority, Issuer::Outside);
    if let pki::authority::State::Issued { issued, .. } = &mut authority.state {
        issued.mode = GenerationMode::Import;
        issued.serial = serial.clone();
        issued.certificate = outside_certificate(serial);
        issued.imported_chain = vec![vec![2, 2], vec![1]];
    }
    authority
}

/// A certificate that names its issuer's key. Its signature is none, which no store looks at.
pub(super) fn outside_certificate(serial: &SerialNumber) -> Vec<u8> {
    let signer = AuthorityKeyIdentifier { key_identifier: Some(vec![7; 20]) };
    let fields = CertificateFields {
        serial: serial.clone(),
        issuer: name("Outside"),
        subject: name("Example"),
        not_before: UnixTime(1_790_000_000),
        not_after: UnixTime(1_890_000_000),
        public_key: public_key(),
        extensions: vec![signer.to_extension(Criticality::NotCritical)],
    };
    let algorithm = SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256);
    let to_be_signed = fields.to_be_signed(algorithm).expect("the extensions are one");
    x509::signed::assemble(&to_be_signed, algorithm, &[0])
}

pub(super) fn serial() -> SerialNumber {
    let random: &dyn Random = &SystemRandom;
    SerialNumber::from_random(random.bytes())
}

pub(super) fn name(common_name: &str) -> Name {
    Name::from_attributes(&[(AttributeType::CommonName, common_name)])
        .expect("the fixture is a name")
}

/// The certificate's part of an active authority.
pub(super) fn issued(authority: &mut Authority) -> &mut Issued {
    match &mut authority.state {
        pki::authority::State::Issued { issued, .. } => issued,
        pki::authority::State::Ordered | pki::authority::State::Pending { .. } => {
            panic!("the fixture is active")
        }
    }
}
