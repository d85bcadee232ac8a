//! Certificates for keys that are made here: what they say, who may issue them, what becomes of them.

use std::time::Duration;

use ledger::{Author, CertificateId};
use pki::authority::{GenerationMode, Import, PendingDays, Plan};
use pki::certificate::{
    Certificate as Record, CertificateStatus, CustomizedExtension, NewCertificate, NewContent,
};
use pki::validity::{Validity, ValidityUnit};
use pki::{Certificates, DistinguishedName, Error, Field, Objects, RevocationReason, Settings};
use x509::extension::Subtree;
use x509::{
    Certificate, CertificationRequest, Criticality, ExtendedKeyUsage, ExtensionValue, GeneralName,
    HashAlgorithm, KeyAlgorithm, KeyUsage, LineEnding, NameConstraints, oid,
};

use crate::memory::Fault;
use crate::outside::{Outside, Wish};
use crate::world::{World, below, pending, root, years};

/// A certificate for `name` below `issuer`, with nothing asked for.
pub(crate) fn plain(issuer: ledger::CaId, name: &str) -> NewCertificate {
    NewCertificate {
        issuer,
        subject: DistinguishedName { common_name: name.to_owned(), ..Default::default() },
        key_algorithm: None,
        hash: None,
        validity: years(1),
        enterprise_project: "0".to_owned(),
        content: NewContent::default(),
    }
}

/// A hostname's certificate, with what a server asks for.
pub(crate) fn server(issuer: ledger::CaId, name: &str) -> NewCertificate {
    let content = NewContent {
        key_usage: KeyUsage::DIGITAL_SIGNATURE,
        purposes: vec![oid::SERVER_AUTH],
        names: vec![GeneralName::Dns(name.to_owned())],
        customized: None,
    };
    NewCertificate { content, ..plain(issuer, name) }
}

impl World {
    pub(crate) async fn issue(&self, new: NewCertificate) -> Result<CertificateId, Error> {
        self.pki.create_certificate(&self.author, new).await
    }

    /// The record of a certificate.
    pub(crate) async fn issued(&self, id: CertificateId) -> Record {
        self.pki.certificate(self.author.account, id).await.unwrap().certificate
    }
}

/// What was issued, read again.
async fn read(world: &World, new: NewCertificate) -> Certificate {
    let id = world.issue(new).await.unwrap();
    Certificate::from_der(&world.issued(id).await.der).unwrap()
}

fn refused_field(refusal: Result<CertificateId, Error>) -> Option<Field> {
    match refusal {
        Err(Error::Invalid { field, .. }) => Some(field),
        _ => None,
    }
}

#[tokio::test]
async fn a_plain_one_has_what_every_leaf_has_and_nothing_more() {
    let world = World::new();
    let root = world.root("Root").await;

    let certificate = read(&world, plain(root, "a.example")).await;

    let shown: Vec<_> =
        certificate.extensions().iter().map(|e| (e.oid.clone(), e.critical)).collect();
    assert_eq!(
        shown,
        [
            (oid::SUBJECT_KEY_IDENTIFIER, false),
            (oid::AUTHORITY_KEY_IDENTIFIER, false),
            (oid::BASIC_CONSTRAINTS, false),
        ]
    );
    assert!(!certificate.is_ca());
    let issuer = world.certificate(root).await;
    assert_eq!(certificate.authority_key_identifier(), issuer.subject_key_identifier());
    assert_eq!(certificate.issuer().der(), issuer.subject().der());
    assert!(certificate.verify_signed_by(issuer.public_key().unwrap()).is_ok());
}

#[tokio::test]
async fn what_is_asked_for_is_in_it() {
    let world = World::new();
    let root = world.root("Root").await;
    let mut new = server(root, "*.a.example");
    new.content.names.push(GeneralName::Ip("::1".parse().unwrap()));
    new.content.customized = Some(CustomizedExtension::new("1.2.3.4", "hello").unwrap());

    let certificate = read(&world, new).await;

    assert_eq!(certificate.key_usage(), Some(KeyUsage::DIGITAL_SIGNATURE));
    assert!(certificate.extended_key_usage().unwrap().contains(&oid::SERVER_AUTH));
    assert_eq!(certificate.subject_alt_names().len(), 2);
    let own = certificate.extensions().last().unwrap();
    assert_eq!((own.oid.to_string().as_str(), &own.value[..]), ("1.2.3.4", &b"\x0c\x05hello"[..]));
    let critical: Vec<_> =
        certificate.extensions().iter().filter(|e| e.critical).map(|e| e.oid.clone()).collect();
    assert_eq!(critical, [oid::KEY_USAGE]);
}

#[tokio::test]
async fn time_stamping_alone_is_critical() {
    let world = World::new();
    let root = world.root("Root").await;
    for (purposes, critical) in [
        (vec![oid::TIME_STAMPING], true),
        (vec![oid::TIME_STAMPING, oid::CODE_SIGNING], false),
        (vec![oid::CODE_SIGNING], false),
    ] {
        let mut new = plain(root, "stamps");
        new.content.purposes = purposes.clone();

        let certificate = read(&world, new).await;

        let usage = certificate.extensions().iter().find(|e| e.oid == oid::EXTENDED_KEY_USAGE);
        assert_eq!(usage.map(|usage| usage.critical), Some(critical), "{purposes:?}");
    }
}

#[tokio::test]
async fn a_name_that_is_there_twice_is_written_once() {
    let world = World::new();
    let root = world.root("Root").await;
    let mut new = server(root, "a.example");
    new.content.names.push(GeneralName::Dns("A.Example".to_owned()));
    new.content.names.push(GeneralName::Email("a@a.example".to_owned()));
    new.content.names.push(GeneralName::Email("a@a.example".to_owned()));

    let certificate = read(&world, new).await;

    assert_eq!(
        certificate.subject_alt_names(),
        [GeneralName::Dns("a.example".to_owned()), GeneralName::Email("a@a.example".to_owned())]
    );
}

#[tokio::test]
async fn missing_parts_of_the_subject_come_from_the_issuers_certificate() {
    let world = World::new();
    let root = world.root("Root").await;
    let mut new = plain(root, "a.example");
    new.subject.organization = "Another".to_owned();

    let id = world.issue(new).await.unwrap();

    let record = world.issued(id).await;
    let name = &record.distinguished_name;
    assert_eq!(name.organization, "Another");
    assert_eq!((name.country.as_str(), name.locality.as_str()), ("CN", "Chengdu"));
    let certificate = Certificate::from_der(&record.der).unwrap();
    let texts: Vec<_> =
        certificate.subject().attributes().filter_map(x509::name::Attribute::text).collect();
    assert_eq!(texts, ["a.example", "CN", "Sichuan", "Chengdu", "Another", "Test"]);
}

#[tokio::test]
async fn key_and_hash_are_the_issuers_where_nobody_chooses() {
    let world = World::new();
    let plan = Plan::Root { hash: HashAlgorithm::Sha512, validity: years(10) };
    let root = world.create_with("Root", KeyAlgorithm::EcP384, plan).await.unwrap();

    let like = world.issue(plain(root, "like")).await.unwrap();
    let other = NewCertificate {
        key_algorithm: Some(KeyAlgorithm::EcP256),
        hash: Some(HashAlgorithm::Sha256),
        ..plain(root, "other")
    };
    let other = world.issue(other).await.unwrap();

    let like = world.issued(like).await;
    assert_eq!((like.key_algorithm, like.hash), (KeyAlgorithm::EcP384, HashAlgorithm::Sha512));
    let other = world.issued(other).await;
    assert_eq!((other.key_algorithm, other.hash), (KeyAlgorithm::EcP256, HashAlgorithm::Sha256));
    assert_eq!(other.mode, GenerationMode::Generate);
}

#[tokio::test]
async fn an_sm2_issuer_gives_a_pair_that_counts_once() {
    let world = World::with(Settings { certificate_quota: Some(1), ..Settings::default() });
    let plan = Plan::Root { hash: HashAlgorithm::Sm3, validity: years(10) };
    let root = world.create_with("Root", KeyAlgorithm::Sm2, plan).await.unwrap();

    let id = world.issue(plain(root, "pair")).await.unwrap();

    let record = world.issued(id).await;
    let other = record.encryption.clone().unwrap();
    let signing = Certificate::from_der(&record.der).unwrap();
    let encryption = Certificate::from_der(&other.der).unwrap();
    assert_ne!(signing.serial(), encryption.serial());
    assert_ne!(signing.public_key(), encryption.public_key());
    assert_eq!(signing.subject(), encryption.subject());
    assert_eq!(
        (signing.not_before(), signing.not_after()),
        (encryption.not_before(), encryption.not_after())
    );
    let usages = |certificate: &Certificate| {
        certificate.key_usage().unwrap().names().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(usages(&signing), "digitalSignature nonRepudiation");
    assert_eq!(usages(&encryption), "keyEncipherment dataEncipherment keyAgreement");
    let quota = world.pki.certificate_quota(world.author.account).await.unwrap();
    assert_eq!(quota.used, 1);
    assert!(matches!(world.issue(plain(root, "more")).await, Err(Error::QuotaReached { .. })));

    for serial in [&record.serial, &other.serial] {
        assert!(world.store.is_issued(root, serial).await.unwrap());
    }
}

#[tokio::test]
async fn both_of_a_pair_are_revoked_and_deleted_together() {
    let world = World::new();
    let plan = Plan::Root { hash: HashAlgorithm::Sm3, validity: years(10) };
    let root = world.create_with("Root", KeyAlgorithm::Sm2, plan).await.unwrap();
    let id = world.issue(plain(root, "pair")).await.unwrap();
    let record = world.issued(id).await;
    let other = record.encryption.clone().unwrap();

    let reason = RevocationReason::KeyCompromise;
    world.pki.revoke_certificate(&world.author, id, reason).await.unwrap();
    world.pki.delete_certificate(&world.author, id).await.unwrap();

    for serial in [&record.serial, &other.serial] {
        assert!(world.store.is_revoked(root, serial).await.unwrap());
        assert!(world.store.is_issued(root, serial).await.unwrap());
    }
    for key in [record.key.unwrap(), other.key] {
        assert!(world.store.key(key).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn sm3_and_sm2_keys_belong_to_sm2_issuers() {
    let world = World::new();
    let root = world.root("Root").await;
    let hash = NewCertificate { hash: Some(HashAlgorithm::Sm3), ..plain(root, "a") };
    let key = NewCertificate { key_algorithm: Some(KeyAlgorithm::Sm2), ..plain(root, "a") };

    assert_eq!(refused_field(world.issue(hash).await), Some(Field::SignatureAlgorithm));
    assert!(matches!(world.issue(key).await, Err(Error::IssuerRefuses(_))));
}

#[tokio::test]
async fn usages_of_authorities_and_usages_that_mean_nothing_are_refused() {
    let world = World::new();
    let root = world.root("Root").await;
    for usage in [
        KeyUsage::KEY_CERT_SIGN,
        KeyUsage::CRL_SIGN.union(KeyUsage::DIGITAL_SIGNATURE),
        KeyUsage::ENCIPHER_ONLY,
        KeyUsage::DECIPHER_ONLY.union(KeyUsage::KEY_ENCIPHERMENT),
    ] {
        let mut new = plain(root, "a");
        new.content.key_usage = usage;
        assert_eq!(refused_field(world.issue(new).await), Some(Field::KeyUsage), "{usage:?}");
    }
}

#[tokio::test]
async fn an_odd_usage_is_accepted_and_told_of() {
    let world = World::new();
    let root = world.root("Root").await;
    let mut new = plain(root, "a");
    new.content.key_usage = KeyUsage::KEY_ENCIPHERMENT;

    let id = world.issue(new).await.unwrap();

    let events = world.store.events();
    let event = events.iter().find(|event| event.action == "create_certificate").unwrap();
    assert_eq!(event.object, Some(id.to_string()));
    let told = event.detail.clone().unwrap();
    assert!(told.contains("keyEncipherment does not suit an EC256 key"), "{told}");
    assert!(told.contains(&world.issued(id).await.serial.to_hex()), "{told}");
}

#[tokio::test]
async fn only_an_active_issuer_with_an_intact_line_issues() {
    let world = World::new();
    let (author, root) = (&world.author, world.root("Root").await);
    let sub = world.create("Sub", below(root, 0)).await.unwrap();
    let refusal = |result: Result<CertificateId, Error>| result.unwrap_err().to_string();

    world.pki.disable_authority(author, sub).await.unwrap();
    assert!(refusal(world.issue(plain(sub, "a")).await).contains("is DISABLED"));
    world.pki.enable_authority(author, sub).await.unwrap();
    world.pki.disable_authority(author, root).await.unwrap();
    assert!(world.issue(plain(sub, "a")).await.is_ok(), "a disabled one above does not matter");
    let reason = RevocationReason::Unspecified;
    world.pki.revoke_authority(author, sub, reason).await.unwrap();
    assert!(refusal(world.issue(plain(sub, "a")).await).contains("is REVOKED"));
    world.pki.delete_authority(author, root, PendingDays::default()).await.unwrap();
    assert!(refusal(world.issue(plain(root, "a")).await).contains("is DELETED"));
}

#[tokio::test]
async fn a_certificate_does_not_outlive_its_issuer() {
    let world = World::new();
    let root = world.root("Root").await;
    let long = NewCertificate { validity: years(11), ..plain(root, "a") };
    let twenty_one = NewCertificate { validity: years(21), ..plain(root, "a") };

    assert_eq!(refused_field(world.issue(long).await), Some(Field::Validity));
    assert_eq!(refused_field(world.issue(twenty_one).await), Some(Field::Validity));
}

#[tokio::test]
async fn names_may_repeat_and_even_be_the_issuers() {
    let world = World::new();
    let root = world.root("Root").await;
    // A leaf may even go by its issuer's name: only authorities may not.
    let first = world.issue(plain(root, "Root")).await.unwrap();
    let second = world.issue(plain(root, "Root")).await.unwrap();

    assert_ne!(first, second);
    assert_eq!(world.issued(first).await.encryption, None);
}

#[tokio::test]
async fn another_accounts_issuer_and_certificate_are_not_there() {
    let world = World::new();
    let root = world.root("Root").await;
    let id = world.issue(plain(root, "a")).await.unwrap();
    let stranger: Author = world.stranger();

    let issued = world.pki.create_certificate(&stranger, plain(root, "b")).await;
    assert!(matches!(issued, Err(Error::AuthorityNotFound(_))));
    let shown = world.pki.certificate(stranger.account, id).await;
    assert!(matches!(shown, Err(Error::CertificateNotFound(_))));
    let reason = RevocationReason::Unspecified;
    let revoked = world.pki.revoke_certificate(&stranger, id, reason).await;
    assert!(matches!(revoked, Err(Error::CertificateNotFound(_))));
    let deleted = world.pki.delete_certificate(&stranger, id).await;
    assert!(matches!(deleted, Err(Error::CertificateNotFound(_))));
}

#[tokio::test]
async fn revoking_is_for_issued_ones_and_final() {
    let world = World::new();
    let root = world.root("Root").await;
    let id = world.issue(plain(root, "a")).await.unwrap();
    let revoke = async |id, reason| world.pki.revoke_certificate(&world.author, id, reason).await;

    revoke(id, RevocationReason::CertificateHold).await.unwrap();

    let view = world.pki.certificate(world.author.account, id).await.unwrap();
    assert_eq!(view.status, CertificateStatus::Revoked);
    let at = view.certificate.revoked.unwrap();
    assert_eq!(at.at, world.now().floor_to_second());
    let again = revoke(id, RevocationReason::KeyCompromise).await;
    let Err(Error::CertificateStatus { status: CertificateStatus::Revoked, .. }) = again else {
        panic!("{again:?}")
    };
    assert_eq!(world.issued(id).await.revoked, Some(at), "the first reason stays");

    let hour = Validity { unit: ValidityUnit::Hour, amount: 1, start: None };
    let short = NewCertificate { validity: hour, ..plain(root, "short") };
    let short = world.issue(short).await.unwrap();
    world.advance(Duration::from_secs(3600));
    let expired = revoke(short, RevocationReason::Unspecified).await;
    let Err(Error::CertificateStatus { status: CertificateStatus::Expired, .. }) = expired else {
        panic!("{expired:?}")
    };
}

#[tokio::test]
async fn a_disabled_issuer_revokes_and_a_deleted_one_does_not() {
    let world = World::new();
    let (author, root) = (&world.author, world.root("Root").await);
    let first = world.issue(plain(root, "a")).await.unwrap();
    let second = world.issue(plain(root, "b")).await.unwrap();
    let reason = RevocationReason::Unspecified;

    world.pki.disable_authority(author, root).await.unwrap();
    world.pki.revoke_certificate(author, first, reason).await.unwrap();
    world.pki.delete_authority(author, root, PendingDays::default()).await.unwrap();
    let refused = world.pki.revoke_certificate(author, second, reason).await;

    assert!(matches!(refused, Err(Error::AuthorityStatus { .. })), "{refused:?}");
    world.advance(Duration::from_secs(31 * 24 * 3600));
    world.pki.destroy_due_authorities(&world.lease()).await.unwrap();
    let untold = world.pki.revoke_certificate(author, second, reason).await;
    assert!(matches!(untold, Err(Error::IssuerGone(id)) if id == second), "{untold:?}");
}

#[tokio::test]
async fn an_authority_whose_destruction_is_overtaken_is_destroyed_at_the_next_look() {
    let world = World::new();
    let (author, root) = (&world.author, world.root("Root").await);
    world.pki.disable_authority(author, root).await.unwrap();
    world.pki.delete_authority(author, root, PendingDays::default()).await.unwrap();
    world.advance(Duration::from_secs(31 * 24 * 3600));
    world.store.fail_next(vec![Fault::Conflict]);

    assert_eq!(world.pki.destroy_due_authorities(&world.lease()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_deletion_takes_the_key_and_gives_the_place_back() {
    let world = World::with(Settings { certificate_quota: Some(1), ..Settings::default() });
    let root = world.root("Root").await;
    let id = world.issue(plain(root, "a")).await.unwrap();
    let record = world.issued(id).await;
    assert!(matches!(world.issue(plain(root, "b")).await, Err(Error::QuotaReached { .. })));

    world.pki.delete_certificate(&world.author, id).await.unwrap();

    assert!(world.store.key(record.key.unwrap()).await.unwrap().is_none());
    assert!(world.store.is_issued(root, &record.serial).await.unwrap());
    let shown = world.pki.certificate(world.author.account, id).await;
    assert!(matches!(shown, Err(Error::CertificateNotFound(_))));
    world.issue(plain(root, "b")).await.unwrap();
}

#[tokio::test]
async fn what_the_rules_refuse_makes_no_key() {
    let world = World::new();
    let root = world.create("Root", root()).await.unwrap();
    let sub = world.create("Sub", below(root, 0)).await.unwrap();
    let before = world.keys.made();
    let long = NewCertificate { validity: years(11), ..plain(sub, "a") };

    assert!(world.issue(long).await.is_err());

    assert_eq!(world.keys.made(), before);
}

#[tokio::test]
async fn the_constraints_above_bind_names_and_purposes() {
    let world = World::new();
    let (account, now) = (world.author.account, world.now());
    let id = world.create("Waiting", pending()).await.unwrap();
    let request = world.pki.authority_request(account, id).await.unwrap();
    let request = CertificationRequest::from_der(&request).unwrap();
    let constraints = NameConstraints {
        permitted: vec![Subtree::Dns("example.com".to_owned())],
        excluded: Vec::new(),
    };
    let purposes = ExtendedKeyUsage { purposes: vec![oid::SERVER_AUTH] };
    let wish = Wish::good(request.subject().clone(), request.public_key(), now)
        .with(constraints.to_extension(Criticality::Critical))
        .with(purposes.to_extension(Criticality::NotCritical));
    let certificate = Outside::root("Outer root", now).issue(&wish).to_pem(LineEnding::Lf);
    let import = Import { certificate, chain: None };
    world.pki.import_authority(&world.author, id, import).await.unwrap();

    for (name, purpose, passes) in [
        ("www.example.com", oid::SERVER_AUTH, true),
        ("www.example.org", oid::SERVER_AUTH, false),
        ("www.example.com", oid::CLIENT_AUTH, false),
    ] {
        let mut new = server(id, name);
        new.content.purposes = vec![purpose];
        let issued = world.issue(new).await;
        assert_eq!(issued.is_ok(), passes, "{name}: {issued:?}");
        assert!(passes || matches!(issued, Err(Error::IssuerRefuses(_))), "{issued:?}");
    }
}
