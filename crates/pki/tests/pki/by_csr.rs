//! Certificates from certification requests: what is taken from a request, and what is not.

use ledger::CaId;
use pki::authority::{GenerationMode, Home, PendingDays, Plan, Status};
use pki::certificate::NewCertificateByCsr;
use pki::{Certificates, Error, Field, RevocationReason};
use x509::{
    AttributeType, BasicConstraints, Certificate, Criticality, ExtendedKeyUsage, Extension,
    ExtensionValue, GeneralName, HashAlgorithm, KeyAlgorithm, KeyUsage, LineEnding, Name, Oid,
    PrivateKey, RequestFields, SignatureAlgorithm, SubjectAltName, oid, pem, signed,
};

use crate::keys::{new_key, sign};
use crate::world::{World, below, root, years};

/// A request of this key, PEM.
pub(crate) fn request(key: &PrivateKey, subject: &Name, extensions: Vec<Extension>) -> String {
    let fields = RequestFields { subject, public_key: key.public_key(), extensions };
    let to_be_signed = fields.to_be_signed().unwrap();
    let hash = match key.public_key().algorithm() {
        KeyAlgorithm::Sm2 => HashAlgorithm::Sm3,
        KeyAlgorithm::EcP384 => HashAlgorithm::Sha384,
        _ => HashAlgorithm::Sha256,
    };
    let algorithm = SignatureAlgorithm::for_key(key.public_key().algorithm(), hash).unwrap();
    let signature = sign(key, algorithm, &to_be_signed);
    let der = signed::assemble(&to_be_signed, algorithm, &signature);
    pem::encode("CERTIFICATE REQUEST", &der, LineEnding::Lf)
}

pub(crate) fn subject(common_name: &str) -> Name {
    Name::from_attributes(&[
        (AttributeType::Country, "DE"),
        (AttributeType::CommonName, common_name),
        (AttributeType::OrganizationalUnit, "one"),
        (AttributeType::OrganizationalUnit, "two"),
    ])
    .unwrap()
}

pub(crate) fn by_csr(issuer: CaId, request: String) -> NewCertificateByCsr {
    NewCertificateByCsr { issuer, request, validity: years(1), enterprise_project: "0".to_owned() }
}

fn purposes(purposes: Vec<Oid>) -> Extension {
    ExtendedKeyUsage { purposes }.to_extension(Criticality::NotCritical)
}

fn usage(usage: KeyUsage) -> Extension {
    usage.to_extension(Criticality::Critical)
}

async fn leaf(world: &World, issuer: CaId, request: String) -> Certificate {
    let new = by_csr(issuer, request);
    let id = world.pki.create_certificate_by_csr(&world.author, new).await.unwrap();
    Certificate::from_der(&world.issued(id).await.der).unwrap()
}

async fn refused(world: &World, issuer: CaId, request: String) -> String {
    let refused = world.pki.create_certificate_by_csr(&world.author, by_csr(issuer, request)).await;
    match refused {
        Err(Error::Invalid { field: Field::Csr, problem }) => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn subject_key_names_and_known_usages_are_taken() {
    let world = World::new();
    let root = world.root("Root").await;
    let key = new_key(KeyAlgorithm::EcP256);
    let names = SubjectAltName {
        names: vec![
            GeneralName::Dns("a.example".to_owned()),
            GeneralName::Ip("127.0.0.1".parse().unwrap()),
            GeneralName::Email("a@a.example".to_owned()),
            GeneralName::Uri("urn:a:b".to_owned()),
        ],
    };
    let extensions = vec![
        names.to_extension(Criticality::NotCritical),
        usage(KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::KEY_CERT_SIGN)),
        purposes(vec![oid::SERVER_AUTH, "1.2.3".parse().unwrap(), oid::ANY_EXTENDED_KEY_USAGE]),
        BasicConstraints::Ca { path_len: None }.to_extension(Criticality::Critical),
        Extension { oid: "1.2.3.4".parse().unwrap(), critical: false, value: vec![5, 0] },
    ];

    let new = by_csr(root, request(&key, &subject("a.example"), extensions));
    let id = world.pki.create_certificate_by_csr(&world.author, new).await.unwrap();

    let record = world.issued(id).await;
    let certificate = Certificate::from_der(&record.der).unwrap();
    assert_eq!(certificate.public_key(), Ok(key.public_key()));
    assert_eq!(certificate.subject_alt_names(), names.names);
    assert_eq!(certificate.key_usage(), Some(KeyUsage::DIGITAL_SIGNATURE));
    assert_eq!(certificate.extended_key_usage().unwrap().purposes, [oid::SERVER_AUTH]);
    assert!(!certificate.is_ca());
    assert!(!certificate.extensions().iter().any(|e| e.oid.to_string() == "1.2.3.4"));
    let texts: Vec<_> =
        certificate.subject().attributes().filter_map(x509::name::Attribute::text).collect();
    assert_eq!(texts, ["a.example", "DE", "one", "two"], "in the order of Private CA");
    assert_eq!((record.mode, record.key), (GenerationMode::Csr, None));
    assert_eq!(record.hash, HashAlgorithm::Sha384);
    let events = world.store.events();
    let event = events.iter().find(|e| e.action == "create_certificate_by_csr").unwrap();
    assert!(event.detail.as_ref().unwrap().contains("extended key usage 1.2.3 dropped"));
}

#[tokio::test]
async fn a_request_without_usages_gets_those_that_suit_its_key() {
    let world = World::new();
    let root = world.root("Root").await;
    let key = new_key(KeyAlgorithm::EcP384);
    for extensions in [vec![], vec![usage(KeyUsage::KEY_CERT_SIGN)]] {
        let certificate = leaf(&world, root, request(&key, &subject("a"), extensions)).await;

        let names: Vec<_> = certificate.key_usage().unwrap().names().collect();
        assert_eq!(names, ["digitalSignature", "keyAgreement"]);
    }
}

#[tokio::test]
async fn without_a_subject_the_names_are_critical() {
    let world = World::new();
    let root = world.root("Root").await;
    let key = new_key(KeyAlgorithm::EcP256);
    let nobody = Name::from_attributes(&[]).unwrap();
    let names = SubjectAltName { names: vec![GeneralName::Dns("a.example".to_owned())] };
    let extension = names.to_extension(Criticality::NotCritical);

    let certificate = leaf(&world, root, request(&key, &nobody, vec![extension])).await;

    let names = certificate.extensions().iter().find(|e| e.oid == oid::SUBJECT_ALT_NAME).unwrap();
    assert!(names.critical && certificate.subject().is_empty());
    let told = refused(&world, root, request(&key, &nobody, vec![])).await;
    assert!(told.contains("neither a subject nor alternative names"), "{told}");
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused() {
    let world = World::new();
    let root_id = world.root("Root").await;
    let key = new_key(KeyAlgorithm::EcP256);
    let good = request(&key, &subject("a"), vec![]);
    let mut other = pem::decode(&good).unwrap().remove(0).der;
    let last = other.len() - 1;
    other[last] ^= 1;
    let forged = pem::encode("CERTIFICATE REQUEST", &other, LineEnding::Lf);
    let only = request(&key, &subject("a"), vec![usage(KeyUsage::ENCIPHER_ONLY)]);
    let unseen = request(&key, &subject("a\u{202e}b"), vec![]);
    let own = world.pki.authority(world.author.account, root_id).await.unwrap().authority.key;
    let own = pki::Objects::key(&*world.store, own.unwrap()).await.unwrap().unwrap().value;
    let own = PrivateKey::from_pem(std::str::from_utf8(&own.sealed).unwrap()).unwrap();
    let of_authority = request(&own, &subject("a"), vec![]);

    for (text, problem) in [
        ("no PEM".to_owned(), "cannot be used"),
        (forged, "was not made with its key"),
        (only, "mean nothing without keyAgreement"),
        (unseen, "not a text people can see"),
        (of_authority, "key of a certificate authority"),
    ] {
        let told = refused(&world, root_id, text).await;
        assert!(told.contains(problem), "{told}");
    }
}

#[tokio::test]
async fn an_sm2_request_gets_a_pair_whose_other_key_is_made_here() {
    let world = World::new();
    let plan = Plan::Root { hash: HashAlgorithm::Sm3, validity: years(10) };
    let root = world.create_with("Root", KeyAlgorithm::Sm2, plan).await.unwrap();
    let key = new_key(KeyAlgorithm::Sm2);
    let new = by_csr(root, request(&key, &subject("pair"), vec![]));

    let id = world.pki.create_certificate_by_csr(&world.author, new).await.unwrap();

    let record = world.issued(id).await;
    assert_eq!((record.key, record.hash), (None, HashAlgorithm::Sm3));
    let signing = Certificate::from_der(&record.der).unwrap();
    assert_eq!(signing.public_key(), Ok(key.public_key()));
    let encryption = record.encryption.unwrap();
    let encryption_key = pki::Objects::key(&*world.store, encryption.key).await.unwrap().unwrap();
    let encryption = Certificate::from_der(&encryption.der).unwrap();
    assert_eq!(encryption.public_key(), Ok(&encryption_key.value.public_key));
}

#[tokio::test]
async fn keys_of_other_families_do_not_mix() {
    let world = World::new();
    let root = world.root("Root").await;
    let key = new_key(KeyAlgorithm::Sm2);
    let new = by_csr(root, request(&key, &subject("a"), vec![]));

    let refused = world.pki.create_certificate_by_csr(&world.author, new).await;

    assert!(matches!(refused, Err(Error::IssuerRefuses(_))), "{refused:?}");
}

#[tokio::test]
async fn an_authority_elsewhere_is_shown_and_exported_and_issues_nothing() {
    let world = World::new();
    let (author, account) = (&world.author, world.author.account);
    let root = world.create("Root", root()).await.unwrap();
    let key = new_key(KeyAlgorithm::EcP256);
    let asked = vec![usage(KeyUsage::DIGITAL_SIGNATURE)];
    let new = by_csr(root, request(&key, &subject("Elsewhere"), asked));

    let id = world.pki.create_authority_by_csr(author, new, 2).await.unwrap();

    let view = world.pki.authority(account, id).await.unwrap();
    assert_eq!((view.authority.home, view.authority.key), (Home::Outside, None));
    assert_eq!(view.authority.issued().unwrap().mode, GenerationMode::Csr);
    let certificate = world.certificate(id).await;
    assert_eq!(certificate.basic_constraints(), Some(BasicConstraints::Ca { path_len: Some(2) }));
    let usage = certificate.key_usage().unwrap();
    assert!(usage.contains(KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN)));
    assert_eq!(world.pki.authority_quota(account).await.unwrap().used, 1);
    assert!(world.store.is_issued(root, certificate.serial()).await.unwrap());
    let not_there = |result: Result<(), Error>| matches!(result, Err(Error::AuthorityNotFound(_)));
    assert!(not_there(world.pki.disable_authority(author, id).await));
    assert!(not_there(world.pki.enable_authority(author, id).await));
    assert!(not_there(world.pki.tag_authority(author, id, &[]).await));
    let below = world.create("Below", below(id, 0)).await;
    assert!(matches!(below, Err(Error::AuthorityNotFound(_))), "{below:?}");
}

#[tokio::test]
async fn an_authority_elsewhere_is_revoked_and_deleted_like_a_certificate() {
    use pki::Objects;
    let world = World::new();
    let (author, account) = (&world.author, world.author.account);
    let root = world.root("Root").await;
    let mut ids = Vec::new();
    for name in ["One", "Two"] {
        let key = new_key(KeyAlgorithm::EcP256);
        let new = by_csr(root, request(&key, &subject(name), vec![]));
        ids.push(world.pki.create_authority_by_csr(author, new, 0).await.unwrap());
    }
    let serial = world.certificate(ids[0]).await.serial().clone();

    let reason = RevocationReason::AuthorityCompromise;
    world.pki.revoke_authority(author, ids[0], reason).await.unwrap();
    let view = world.pki.authority(account, ids[0]).await.unwrap();
    assert_eq!(view.status, Status::Revoked);
    assert!(world.store.is_revoked(root, &serial).await.unwrap());
    for id in ids {
        world.pki.delete_authority(author, id, PendingDays::default()).await.unwrap();
        assert!(matches!(world.pki.authority(account, id).await, Err(Error::AuthorityNotFound(_))));
    }
    assert!(world.store.is_revoked(root, &serial).await.unwrap());
    assert!(world.store.is_issued(root, &serial).await.unwrap());
    assert_eq!(world.pki.authority_quota(account).await.unwrap().used, 1);
}

#[tokio::test]
async fn the_key_of_an_authority_elsewhere_is_for_no_other_certificate_while_it_is_known() {
    let world = World::new();
    let (author, root) = (&world.author, world.root("Root").await);
    let key = new_key(KeyAlgorithm::EcP256);
    let asked = |name: &str| by_csr(root, request(&key, &subject(name), vec![]));
    let id = world.pki.create_authority_by_csr(author, asked("Elsewhere"), 0).await.unwrap();

    let leaf = world.pki.create_certificate_by_csr(author, asked("Leaf")).await;
    let other = world.pki.create_authority_by_csr(author, asked("Other"), 0).await;

    assert!(matches!(leaf, Err(Error::Invalid { field: Field::Csr, .. })), "{leaf:?}");
    assert!(matches!(other, Err(Error::Invalid { field: Field::Csr, .. })), "{other:?}");
    world.pki.revoke_authority(author, id, RevocationReason::Superseded).await.unwrap();
    world.pki.delete_authority(author, id, PendingDays::default()).await.unwrap();
    assert!(world.pki.create_certificate_by_csr(author, asked("Leaf")).await.is_ok());
}

#[tokio::test]
async fn an_authority_elsewhere_obeys_the_path_length_and_needs_a_name_of_its_own() {
    let world = World::new();
    let root = world.root("Root").await;
    let sub = world.create("Sub", below(root, 1)).await.unwrap();
    let key = new_key(KeyAlgorithm::EcP256);
    let create = async |name: &Name, path_length| {
        let new = by_csr(sub, request(&key, name, vec![]));
        world.pki.create_authority_by_csr(&world.author, new, path_length).await
    };

    let nobody = Name::from_attributes(&[]).unwrap();
    let same = world.certificate(sub).await.subject().clone();
    for (name, path_length, field) in [
        (&subject("Deep"), 1, Field::PathLength),
        (&nobody, 0, Field::Csr),
        (&same, 0, Field::Subject),
    ] {
        let refused = create(name, path_length).await;
        assert!(
            matches!(refused, Err(Error::Invalid { field: found, .. }) if found == field),
            "{refused:?}"
        );
    }
    assert!(create(&subject("Deep"), 0).await.is_ok());
}

#[tokio::test]
async fn a_request_is_decoded_and_nothing_is_stored() {
    let world = World::new();
    let key = new_key(KeyAlgorithm::EcP384);

    let parsed =
        world.pki.parse_certification_request(&request(&key, &subject("a"), vec![])).unwrap();

    assert_eq!((parsed.key_algorithm, parsed.key_bits), (KeyAlgorithm::EcP384, 384));
    assert_eq!(parsed.signature_algorithm, SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha384));
    assert_eq!(parsed.subject.common_name, "a");
    assert!(parsed.public_key.starts_with("-----BEGIN PUBLIC KEY-----\r\n"));
    assert!(world.pki.parse_certification_request("x").is_err());
    assert_eq!(world.store.events().len(), 0);
}
