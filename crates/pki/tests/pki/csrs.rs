//! Certification requests: create, upload, show, private key.

use ledger::{Counter, Quota, Table};
use pki::company::Company;
use pki::csr::{Csr, NewCsr, UploadedCsr, Usage};
use pki::{Error, Field, Settings};
use x509::{
    AttributeType, CertificationRequest, Criticality, ExtensionValue, GeneralName, HashAlgorithm,
    KeyAlgorithm, LineEnding, Name, PrivateKey, RequestFields, SignatureAlgorithm, Sm2EmptyId,
    SubjectAltName, pem, signed,
};
use zeroize::Zeroizing;

use crate::keys;
use crate::memory::Fault;
use crate::world::{World, pending};

fn company() -> Company {
    Company {
        country: "de".to_owned(),
        province: "Hamburg".to_owned(),
        city: "Altona".to_owned(),
        name: "Example GmbH".to_owned(),
    }
}

pub(crate) fn personal(algorithm: KeyAlgorithm) -> NewCsr {
    NewCsr {
        name: "first".to_owned(),
        domain_name: "a.example".to_owned(),
        sans: "b.example;192.0.2.1".to_owned(),
        algorithm,
        usage: Usage::Personal,
        company: Company::default(),
    }
}

fn enterprise(company: Company) -> NewCsr {
    NewCsr { usage: Usage::Enterprise, company, ..personal(KeyAlgorithm::EcP256) }
}

fn request(csr: &Csr) -> CertificationRequest {
    CertificationRequest::from_pem(&csr.request).unwrap()
}

#[tokio::test]
async fn a_request_names_what_was_asked_and_is_signed_by_its_key() {
    let world = World::new();
    for (algorithm, hash) in [
        (KeyAlgorithm::EcP256, HashAlgorithm::Sha256),
        (KeyAlgorithm::EcP384, HashAlgorithm::Sha384),
        (KeyAlgorithm::Sm2, HashAlgorithm::Sm3),
    ] {
        let csr = world.pki.create_csr(&world.author, personal(algorithm)).await.unwrap();

        let request = request(&csr);
        let signed_by = SignatureAlgorithm::for_key(algorithm, hash).unwrap();
        assert!(request.verify(Sm2EmptyId::Refuse).is_ok());
        assert_eq!(request.signature_algorithm(), Some(signed_by));
        assert_eq!(request.public_key().algorithm(), algorithm);
        let names = request.subject_alt_names();
        assert_eq!(names.len(), 3);
        assert_eq!(names[0], GeneralName::Dns("a.example".to_owned()));
        assert_eq!(names[2], GeneralName::Ip([192, 0, 2, 1].into()));
        assert!(csr.request.ends_with("-----END CERTIFICATE REQUEST-----\n"));
        assert!(!csr.request.contains('\r'));
    }
}

#[tokio::test]
async fn what_is_shown_is_what_was_created() {
    let world = World::new();
    let new = personal(KeyAlgorithm::EcP256);

    let created = world.pki.create_csr(&world.author, new).await.unwrap();

    let shown = world.pki.csr(world.author.account, created.id).await.unwrap();
    assert_eq!(shown, created);
    assert_eq!(shown.sans, "b.example;192.0.2.1");
    assert_eq!((shown.created_at, shown.updated_at), (world.now(), world.now()));
}

#[tokio::test]
async fn a_company_stands_in_the_subject_and_a_person_does_not() {
    let world = World::new();
    let person = NewCsr { company: company(), ..personal(KeyAlgorithm::EcP256) };

    let person = world.pki.create_csr(&world.author, person).await.unwrap();
    let firm = world.pki.create_csr(&world.author, enterprise(company())).await.unwrap();

    assert_eq!(person.company, company());
    assert_eq!(request(&person).subject().attributes().count(), 1);
    let subject = request(&firm).subject().clone();
    let kinds: Vec<_> = subject.attributes().filter_map(x509::name::Attribute::kind).collect();
    assert_eq!(
        kinds,
        [
            AttributeType::Country,
            AttributeType::StateOrProvince,
            AttributeType::Locality,
            AttributeType::Organization,
            AttributeType::CommonName,
        ]
    );
    assert_eq!(subject.attribute(AttributeType::Country).as_deref(), Some("DE"));
    assert_eq!(firm.company.country, "de");
}

#[tokio::test]
async fn what_a_company_leaves_out_comes_from_the_profile() {
    let world = World::new();
    let nothing = || enterprise(Company::default());

    let before = world.pki.create_csr(&world.author, nothing()).await;
    world.pki.set_company(&world.author, company()).await.unwrap();
    let after = world.pki.create_csr(&world.author, nothing()).await.unwrap();
    let mixed = Company { city: "Bremen".to_owned(), ..Company::default() };
    let mixed = world.pki.create_csr(&world.author, enterprise(mixed)).await.unwrap();

    assert!(matches!(before, Err(Error::CompanyMissing(fields)) if fields.len() == 4));
    assert_eq!(after.company, company());
    assert_eq!(mixed.company, Company { city: "Bremen".to_owned(), ..company() });
    assert_eq!(world.keys.made(), 2);
}

#[tokio::test]
async fn a_profile_that_changes_in_between_is_read_again() {
    let world = World::new();
    world.pki.set_company(&world.author, company()).await.unwrap();
    let row = ledger::RowId::new(Table::Companies, world.author.account);
    world.store.fail_next(vec![Fault::Touch(row)]);

    world.pki.create_csr(&world.author, enterprise(Company::default())).await.unwrap();

    assert_eq!(world.store.attempts(), 3);
    assert_eq!((world.keys.made(), world.keys.sealed_again()), (1, 1));
}

#[tokio::test]
async fn a_private_key_fits_its_request_and_its_export_is_told() {
    let world = World::new();
    let csr = world.pki.create_csr(&world.author, personal(KeyAlgorithm::EcP256)).await.unwrap();

    let key = world.pki.csr_private_key(&world.author, csr.id).await.unwrap();

    let key = PrivateKey::from_pem(&key).unwrap();
    assert_eq!(key.public_key(), request(&csr).public_key());
    let event = world.store.events().pop().unwrap();
    assert_eq!(event.action, "export_csr_private_key");
    assert_eq!(event.object, Some(csr.id.to_string()));
}

#[tokio::test]
async fn a_private_key_stays_when_its_export_cannot_be_told() {
    let world = World::new();
    let csr = world.pki.create_csr(&world.author, personal(KeyAlgorithm::EcP256)).await.unwrap();
    world.store.fail_next(vec![Fault::Failed]);

    let refused = world.pki.csr_private_key(&world.author, csr.id).await;

    assert!(matches!(refused, Err(Error::Internal(_))));
}

#[tokio::test]
async fn an_account_does_not_see_anothers_request() {
    let world = World::new();
    let csr = world.pki.create_csr(&world.author, personal(KeyAlgorithm::EcP256)).await.unwrap();
    let other = world.stranger();

    let shown = world.pki.csr(other.account, csr.id).await;
    let key = world.pki.csr_private_key(&other, csr.id).await;

    assert!(matches!(shown, Err(Error::CsrNotFound(id)) if id == csr.id));
    assert!(matches!(key, Err(Error::CsrNotFound(id)) if id == csr.id));
}

#[tokio::test]
async fn a_quota_bounds_the_requests_of_an_account() {
    let world = World::with(Settings { csr_quota: Some(1), ..Settings::default() });
    world.pki.create_csr(&world.author, personal(KeyAlgorithm::EcP256)).await.unwrap();

    let made = world.keys.made();

    let created = world.pki.create_csr(&world.author, personal(KeyAlgorithm::EcP256)).await;
    let uploaded = world.pki.upload_csr(&world.author, foreign().upload()).await;

    assert!(matches!(created, Err(Error::QuotaReached { quota: Quota::Csrs, .. })));
    assert!(matches!(uploaded, Err(Error::QuotaReached { quota: Quota::Csrs, .. })));
    assert_eq!(world.keys.made(), made, "no key is made in vain");
    let counter = Counter::of_account(Quota::Csrs, world.author.account);
    assert_eq!((world.store.used(&counter), world.store.rows(Table::Csrs)), (1, 1));
}

/// A request that was made elsewhere.
struct Foreign {
    key: PrivateKey,
    subject: Name,
    names: Vec<GeneralName>,
}

fn foreign() -> Foreign {
    Foreign {
        key: keys::new_key(KeyAlgorithm::EcP256),
        subject: Name::from_attributes(&[
            (AttributeType::CommonName, "c.example"),
            (AttributeType::Organization, "Else Ltd"),
            (AttributeType::Country, "GB"),
        ])
        .unwrap(),
        names: vec![
            GeneralName::Dns("d.example".to_owned()),
            GeneralName::Dns("C.example".to_owned()),
            GeneralName::Ip([192, 0, 2, 7].into()),
        ],
    }
}

impl Foreign {
    fn der(&self) -> Vec<u8> {
        let names = self.names.clone();
        let extensions = if names.is_empty() {
            Vec::new()
        } else {
            vec![SubjectAltName { names }.to_extension(Criticality::NotCritical)]
        };
        let public_key = self.key.public_key();
        let fields = RequestFields { subject: &self.subject, public_key, extensions };
        let to_be_signed = fields.to_be_signed().unwrap();
        let algorithm = SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha512);
        let signature = keys::sign(&self.key, algorithm, &to_be_signed);
        signed::assemble(&to_be_signed, algorithm, &signature)
    }

    fn upload(&self) -> UploadedCsr {
        UploadedCsr {
            name: "foreign".to_owned(),
            request: pem::encode("NEW CERTIFICATE REQUEST", &self.der(), LineEnding::CrLf),
            private_key: None,
        }
    }
}

#[tokio::test]
async fn an_upload_is_described_by_what_it_says() {
    let world = World::new();

    let csr = world.pki.upload_csr(&world.author, foreign().upload()).await.unwrap();

    assert_eq!(csr.domain_name, "c.example");
    assert_eq!(csr.sans, "d.example,192.0.2.7");
    assert_eq!(csr.algorithm, KeyAlgorithm::EcP256);
    assert_eq!(csr.usage, Usage::Enterprise);
    assert_eq!((csr.company.country.as_str(), csr.company.name.as_str()), ("GB", "Else Ltd"));
    assert_eq!(csr.company.city, "");
    assert!(csr.request.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
    assert!(csr.request.ends_with("-----END CERTIFICATE REQUEST-----\n"));
    assert_eq!(csr.key, None);
}

#[tokio::test]
async fn an_upload_without_a_common_name_goes_by_its_first_name() {
    let world = World::new();
    let nobody = Name::from_attributes(&[]).unwrap();
    let nameless = Foreign { subject: nobody, ..foreign() };

    let csr = world.pki.upload_csr(&world.author, nameless.upload()).await.unwrap();

    assert_eq!((csr.domain_name.as_str(), csr.usage), ("d.example", Usage::Personal));
    assert_eq!(csr.sans, "C.example,192.0.2.7");
    let titled = Name::from_attributes(&[(AttributeType::CommonName, "Example CA")]).unwrap();
    let titled = Foreign { subject: titled, ..foreign() };
    let csr = world.pki.upload_csr(&world.author, titled.upload()).await.unwrap();
    assert_eq!(csr.domain_name, "d.example");
    let nothing = Foreign { names: Vec::new(), ..titled };
    let refused = world.pki.upload_csr(&world.author, nothing.upload()).await;
    assert!(matches!(refused, Err(Error::Invalid { field: Field::Csr, .. })));
    let nothing = Foreign { names: Vec::new(), ..nameless };
    let refused = world.pki.upload_csr(&world.author, nothing.upload()).await;
    assert!(matches!(refused, Err(Error::Invalid { field: Field::Csr, .. })));
}

#[tokio::test]
async fn an_uploaded_key_comes_back_as_it_was_given() {
    let world = World::new();
    let foreign = foreign();
    let text = foreign.key.pkcs8_pem().replace('\n', "\r\n");
    let upload =
        UploadedCsr { private_key: Some(Zeroizing::new(text.clone())), ..foreign.upload() };

    let csr = world.pki.upload_csr(&world.author, upload).await.unwrap();

    let key = world.pki.csr_private_key(&world.author, csr.id).await.unwrap();
    assert_eq!(*key, text);
}

#[tokio::test]
async fn an_upload_without_a_key_has_an_empty_one_and_even_that_is_told() {
    let world = World::new();
    let blank = Some(Zeroizing::new(" \n".to_owned()));
    let upload = UploadedCsr { private_key: blank, ..foreign().upload() };
    let csr = world.pki.upload_csr(&world.author, upload).await.unwrap();

    let key = world.pki.csr_private_key(&world.author, csr.id).await.unwrap();

    assert_eq!(*key, "");
    assert_eq!(world.store.events().len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_an_upload_is_told() {
    let world = World::new();
    let foreign = foreign();
    let mut forged = foreign.der();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let forged = pem::encode("CERTIFICATE REQUEST", &forged, LineEnding::Lf);
    let other = keys::new_key(KeyAlgorithm::EcP256).pkcs8_pem();
    let upload = || foreign.upload();
    let with_key =
        |text: &str| UploadedCsr { private_key: Some(Zeroizing::new(text.to_owned())), ..upload() };
    let cases = [
        (UploadedCsr { request: "no PEM".to_owned(), ..upload() }, Some(Field::Csr)),
        (UploadedCsr { request: forged, ..upload() }, Some(Field::Csr)),
        (UploadedCsr { name: String::new(), ..upload() }, Some(Field::Name)),
        (with_key("no key"), Some(Field::PrivateKey)),
        (with_key(&other), None),
    ];

    for (upload, field) in cases {
        let refused = world.pki.upload_csr(&world.author, upload).await;
        match (refused, field) {
            (Err(Error::Invalid { field: found, .. }), Some(field)) => assert_eq!(found, field),
            (Err(Error::PublicKeyMismatch), None) => {}
            (other, _) => panic!("{other:?} instead of {field:?}"),
        }
    }
    assert_eq!(world.store.attempts(), 0);
}

#[tokio::test]
async fn an_authoritys_own_key_is_not_taken_for_a_request() {
    let world = World::new();
    let authority = world.create("Waiting", pending()).await.unwrap();
    let der = world.pki.authority_request(world.author.account, authority).await.unwrap();
    let request = pem::encode("CERTIFICATE REQUEST", &der, LineEnding::Lf);
    let before = world.store.rows(Table::Csrs);

    let refused =
        world.pki.upload_csr(&world.author, UploadedCsr { request, ..foreign().upload() });

    assert!(matches!(refused.await, Err(Error::Invalid { field: Field::Csr, .. })));
    assert_eq!(world.store.rows(Table::Csrs), before);
}

/// An SM2 request whose signature is made over the empty identifier, as OpenSSL makes it when
/// nobody names one.
fn sm2_with_empty_id() -> UploadedCsr {
    let key = keys::new_key(KeyAlgorithm::Sm2);
    let subject = Name::from_attributes(&[(AttributeType::CommonName, "e.example")]).unwrap();
    let public_key = key.public_key();
    let fields = RequestFields { subject: &subject, public_key, extensions: Vec::new() };
    let to_be_signed = fields.to_be_signed().unwrap();
    let signature = keys::sign_sm2(&key, "", &to_be_signed);
    let der = signed::assemble(&to_be_signed, SignatureAlgorithm::Sm2Sm3, &signature);
    UploadedCsr {
        name: "empty id".to_owned(),
        request: pem::encode("CERTIFICATE REQUEST", &der, LineEnding::Lf),
        private_key: Some(key.pkcs8_pem()),
    }
}

#[tokio::test]
async fn an_sm2_request_over_the_empty_identifier_is_a_setting() {
    let strict = World::with(Settings { accept_empty_sm2_id: false, ..Settings::default() });

    let accepted = World::new();
    let accepted = accepted.pki.upload_csr(&accepted.author, sm2_with_empty_id()).await;
    let refused = strict.pki.upload_csr(&strict.author, sm2_with_empty_id()).await;

    assert_eq!(accepted.unwrap().algorithm, KeyAlgorithm::Sm2);
    assert!(matches!(refused, Err(Error::Invalid { field: Field::Csr, .. })));
}
