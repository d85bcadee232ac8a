//! Importing a certificate that was signed elsewhere.

use std::time::Duration;

use ledger::CaId;
use pki::authority::{GenerationMode, Import, Issuer, Plan, Status};
use pki::validity::{Validity, ValidityUnit};
use pki::{Error, Field};
use x509::{
    BasicConstraints, Certificate, CertificationRequest, Criticality, Extension, ExtensionValue,
    HashAlgorithm, KeyUsage, LineEnding, NameConstraints, UnixTime, pem,
};

use crate::outside::{Outside, Wish, name};
use crate::world::{World, below, pending, subject};

struct Waiting {
    world: World,
    id: CaId,
    request: CertificationRequest,
}

impl Waiting {
    async fn new() -> Self {
        let world = World::new();
        let id = world.create("Waiting", pending()).await.unwrap();
        let request = world.pki.authority_request(world.author.account, id).await.unwrap();
        Self { world, id, request: CertificationRequest::from_der(&request).unwrap() }
    }

    fn wish(&self) -> Wish {
        let now = self.world.now();
        Wish::good(self.request.subject().clone(), self.request.public_key(), now)
    }

    async fn import(&self, certificate: &Certificate, chain: &[&Certificate]) -> Result<(), Error> {
        let chain: Vec<String> = chain.iter().map(|c| c.to_pem(LineEnding::CrLf)).collect();
        let import = Import {
            certificate: certificate.to_pem(LineEnding::Lf),
            chain: (!chain.is_empty()).then(|| chain.join("\r\n")),
        };
        self.world.pki.import_authority(&self.world.author, self.id, import).await
    }

    async fn status(&self) -> Status {
        self.world.pki.authority(self.world.author.account, self.id).await.unwrap().status
    }
}

#[tokio::test]
async fn a_chain_in_any_order_is_ordered() {
    let waiting = Waiting::new().await;
    let now = waiting.world.now();
    let root = Outside::root("Outer root", now);
    let middle = root.below("Outer middle", now);
    let certificate = middle.issue(&waiting.wish());

    waiting.import(&certificate, &[&root.certificate, &middle.certificate]).await.unwrap();

    let account = waiting.world.author.account;
    let view = waiting.world.pki.authority(account, waiting.id).await.unwrap();
    let issued = view.authority.issued().unwrap();
    assert_eq!((view.status, issued.mode), (Status::Active, GenerationMode::Import));
    assert_eq!(issued.issuer, Issuer::Outside);
    assert_eq!(issued.issuer_name.as_deref(), Some("Outer middle"));
    assert_eq!(view.authority.shown_path_length(), Some(7));
    let export = waiting.world.pki.export_authority(account, waiting.id).await.unwrap();
    let chain = pem::decode(export.chain.as_deref().unwrap()).unwrap();
    assert_eq!(chain[0].der.as_slice(), middle.certificate.der());
    assert_eq!(chain[1].der.as_slice(), root.certificate.der());
    assert_eq!(waiting.world.store.events()[1].detail, None);
}

#[tokio::test]
async fn a_certificate_without_a_chain_is_taken() {
    let waiting = Waiting::new().await;
    let root = Outside::root("Outer root", waiting.world.now());

    waiting.import(&root.issue(&waiting.wish()), &[]).await.unwrap();

    let account = waiting.world.author.account;
    let export = waiting.world.pki.export_authority(account, waiting.id).await.unwrap();
    assert_eq!(export.chain, None);
}

#[tokio::test]
async fn a_chain_that_begins_with_the_certificate_itself_is_taken() {
    let waiting = Waiting::new().await;
    let root = Outside::root("Outer root", waiting.world.now());
    let certificate = root.issue(&waiting.wish());

    assert!(waiting.import(&certificate, &[&certificate, &root.certificate]).await.is_ok());
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_told() {
    let waiting = Waiting::new().await;
    let now = waiting.world.now();
    let root = Outside::root("Outer root", now);
    let good = waiting.wish();
    let critical = Criticality::Critical;
    let strange = Extension { oid: "1.2.3.4".parse().unwrap(), critical: true, value: vec![5, 0] };
    let minute = Duration::from_secs(60);
    let end_entity = BasicConstraints::EndEntity.to_extension(critical);
    let crl_only = KeyUsage::CRL_SIGN.to_extension(critical);
    for (case, wish) in [
        ("an end entity", good.clone().with(end_entity)),
        ("no keyCertSign", good.clone().with(crl_only)),
        ("a strange extension", good.clone().with(strange)),
        ("self-issued", Wish { subject: name("Outer root"), ..good.clone() }),
        ("no subject", Wish { subject: x509::Name::from_attributes(&[]).unwrap(), ..good.clone() }),
        (
            "not yet valid",
            Wish { not_before: UnixTime((now + minute * 6).as_seconds()), ..good.clone() },
        ),
        ("expired", Wish { not_after: UnixTime(now.as_seconds()), ..good.clone() }),
    ] {
        let refused = waiting.import(&root.issue(&wish), &[]).await;
        assert!(
            matches!(refused, Err(Error::Invalid { field: Field::Certificate, .. })),
            "{case}: {refused:?}"
        );
    }
    let in_a_moment = UnixTime((now + minute * 4).as_seconds());
    assert_eq!(waiting.status().await, Status::Pending);
    assert!(
        waiting.import(&root.issue(&Wish { not_before: in_a_moment, ..good }), &[]).await.is_ok()
    );
}

#[tokio::test]
async fn another_keys_certificate_is_refused_whatever_else_it_is() {
    let waiting = Waiting::new().await;
    let root = Outside::root("Outer root", waiting.world.now());
    let other = root.below("Waiting", waiting.world.now());

    let refused = waiting.import(&other.certificate, &[]).await;

    assert!(matches!(refused, Err(Error::PublicKeyMismatch)));
}

#[tokio::test]
async fn a_chain_of_strangers_is_refused() {
    let waiting = Waiting::new().await;
    let now = waiting.world.now();
    let root = Outside::root("Outer root", now);
    let namesake = Outside::root("Outer root", now);
    let stranger = Outside::root("Stranger", now);
    let certificate = root.issue(&waiting.wish());

    for chain in [
        vec![&stranger.certificate],
        vec![&root.certificate, &stranger.certificate],
        vec![&namesake.certificate],
    ] {
        let refused = waiting.import(&certificate, &chain).await;
        assert!(matches!(refused, Err(Error::Invalid { field: Field::CertificateChain, .. })));
    }
    assert_eq!(waiting.status().await, Status::Pending);
}

#[tokio::test]
async fn text_that_is_no_certificate_is_refused_by_its_field() {
    let waiting = Waiting::new().await;
    let root = Outside::root("Outer root", waiting.world.now());
    let good = root.issue(&waiting.wish()).to_pem(LineEnding::Lf);
    let trailing = {
        let mut der = pem::decode(&good).unwrap()[0].der.to_vec();
        der.push(0);
        pem::encode("CERTIFICATE", &der, LineEnding::Lf)
    };
    let key = pem::encode("PRIVATE KEY", &[48, 0], LineEnding::Lf);
    for (certificate, chain, field) in [
        ("", None, Field::Certificate),
        ("nothing", None, Field::Certificate),
        (trailing.as_str(), None, Field::Certificate),
        (&format!("{good}{good}"), None, Field::Certificate),
        (&good, Some("nothing"), Field::CertificateChain),
        (&good, Some(key.as_str()), Field::CertificateChain),
        (&good, Some(trailing.as_str()), Field::CertificateChain),
    ] {
        let import =
            Import { certificate: certificate.to_owned(), chain: chain.map(str::to_owned) };
        let refused =
            waiting.world.pki.import_authority(&waiting.world.author, waiting.id, import).await;
        assert!(
            matches!(refused, Err(Error::Invalid { field: found, .. }) if found == field),
            "{certificate} {chain:?}"
        );
    }
}

#[tokio::test]
async fn a_path_length_of_the_chain_binds_what_comes_below() {
    let waiting = Waiting::new().await;
    let now = waiting.world.now();
    let bound = |path_len| {
        BasicConstraints::Ca { path_len: Some(path_len) }.to_extension(Criticality::Critical)
    };
    let root = Outside::root("Outer root", now);
    let middle = root.below_with(|key| Wish::good(name("Middle"), key, now).with(bound(1)));
    let certificate = middle.issue(&waiting.wish());
    waiting.import(&certificate, &[&middle.certificate]).await.unwrap();

    let view = waiting.world.pki.authority(waiting.world.author.account, waiting.id).await.unwrap();
    let refused = waiting.world.create("Too deep", below(waiting.id, 0)).await;

    assert_eq!(view.authority.issued().unwrap().effective_path_length, Some(0));
    assert_eq!(view.authority.shown_path_length(), Some(7));
    assert!(matches!(refused, Err(Error::IssuerRefuses(_))));
}

#[tokio::test]
async fn a_chain_whose_path_length_is_used_up_is_refused() {
    let waiting = Waiting::new().await;
    let now = waiting.world.now();
    let none = BasicConstraints::Ca { path_len: Some(0) }.to_extension(Criticality::Critical);
    let root = Outside::root("Outer root", now);
    let middle = root.below_with(|key| Wish::good(name("Middle"), key, now).with(none));
    let certificate = middle.issue(&waiting.wish());

    let refused = waiting.import(&certificate, &[&middle.certificate, &root.certificate]).await;

    assert!(matches!(refused, Err(Error::Invalid { field: Field::CertificateChain, .. })));
}

#[tokio::test]
async fn name_constraints_of_the_chain_bind_what_is_issued_below() {
    let waiting = Waiting::new().await;
    let now = waiting.world.now();
    let excluded = x509::Name::from_attributes(&[(x509::AttributeType::CommonName, "Evil")]);
    let excluded = x509::extension::Subtree::Directory(excluded.unwrap());
    let constraints = NameConstraints { permitted: Vec::new(), excluded: vec![excluded] };
    let constraints = constraints.to_extension(Criticality::Critical);
    let root = Outside::root("Outer root", now);
    let middle = root.below_with(|key| Wish::good(name("Middle"), key, now).with(constraints));
    let certificate = middle.issue(&waiting.wish());
    waiting.import(&certificate, &[&middle.certificate]).await.unwrap();

    let made = waiting.world.keys.made();
    let refused = waiting.world.create("Evil", below(waiting.id, 0)).await;
    assert_eq!(waiting.world.keys.made(), made);
    let allowed = waiting.world.create("Good", below(waiting.id, 0)).await;

    assert!(matches!(refused, Err(Error::IssuerRefuses(_))), "{refused:?}");
    assert!(allowed.is_ok(), "{allowed:?}");
}

#[tokio::test]
async fn the_certificates_subject_wins_and_the_difference_is_told() {
    let waiting = Waiting::new().await;
    let root = Outside::root("Outer root", waiting.world.now());
    let identifier = x509::SubjectKeyIdentifier(vec![1, 2, 3]);
    let wish = Wish { subject: name("Renamed"), ..waiting.wish() }
        .with(identifier.to_extension(Criticality::NotCritical));

    waiting.import(&root.issue(&wish), &[]).await.unwrap();

    let account = waiting.world.author.account;
    let view = waiting.world.pki.authority(account, waiting.id).await.unwrap();
    assert_eq!(view.authority.distinguished_name.common_name, "Renamed");
    assert_eq!(view.authority.distinguished_name.country, "");
    assert_eq!(view.authority.issued().unwrap().key_identifier, [1, 2, 3]);
    let detail = waiting.world.store.events()[1].detail.clone().unwrap();
    assert!(detail.contains("CN=Renamed instead of"), "{detail}");
    assert!(detail.contains("subject key identifier 010203"), "{detail}");
    let below = waiting.world.create("Below", below(waiting.id, 0)).await.unwrap();
    let below = waiting.world.certificate(below).await;
    assert_eq!(below.authority_key_identifier(), Some(&[1, 2, 3][..]));
    assert_eq!(below.issuer(), &name("Renamed"));
}

#[tokio::test]
async fn an_issuer_of_this_account_is_recognised() {
    // Given the key of an authority here, which signs outside of the operations.
    let waiting = Waiting::new().await;
    let now = waiting.world.now();
    let outer = Outside::root("Outer root", now);
    let issuer_id = waiting.world.create("Issuer", pending()).await.unwrap();
    let issuer = Waiting { request: waiting.request.clone(), world: waiting.world, id: issuer_id };
    let request = issuer.world.pki.authority_request(issuer.world.author.account, issuer.id).await;
    let request = CertificationRequest::from_der(&request.unwrap()).unwrap();
    let wish = Wish::good(request.subject().clone(), request.public_key(), now);
    let certificate = outer.issue(&wish);
    issuer.import(&certificate, &[&outer.certificate]).await.unwrap();
    let waiting_id = issuer.world.create("Below", pending()).await.unwrap();
    let below = issuer.world.pki.authority_request(issuer.world.author.account, waiting_id).await;
    let below = CertificationRequest::from_der(&below.unwrap()).unwrap();

    let by_issuer = issuer.world.sign_as(issuer.id, &certificate, &below).await;
    let import = Import { certificate: by_issuer.to_pem(LineEnding::Lf), chain: None };
    issuer.world.pki.import_authority(&issuer.world.author, waiting_id, import).await.unwrap();

    let account = issuer.world.author.account;
    let view = issuer.world.pki.authority(account, waiting_id).await.unwrap();
    let issued = view.authority.issued().unwrap();
    assert_eq!(issued.issuer, Issuer::Authority(issuer.id));
    assert!(issued.imported_chain.is_empty());
    let export = issuer.world.pki.export_authority(account, waiting_id).await.unwrap();
    let chain = pem::decode(export.chain.as_deref().unwrap()).unwrap();
    assert_eq!(chain.len(), 2);
    assert_eq!(chain[0].der.as_slice(), certificate.der());
    assert_eq!(chain[1].der.as_slice(), outer.certificate.der());
}

#[tokio::test]
async fn an_expired_issuer_of_this_account_does_not_pass_for_an_outside_one() {
    let waiting = Waiting::new().await;
    let hour = Validity { unit: ValidityUnit::Hour, amount: 1, start: None };
    let plan = Plan::Root { hash: HashAlgorithm::Sha256, validity: hour };
    let issuer = waiting.world.create("Short", plan).await.unwrap();
    let above = waiting.world.certificate(issuer).await;
    let certificate = waiting.world.sign_as(issuer, &above, &waiting.request).await;
    waiting.world.advance(Duration::from_secs(3601));

    let refused = waiting.import(&certificate, &[]).await;

    assert!(
        matches!(refused, Err(Error::Invalid { field: Field::CertificateChain, .. })),
        "{refused:?}"
    );
    assert_eq!(waiting.status().await, Status::Pending);
}

#[tokio::test]
async fn nothing_is_issued_below_a_chain_that_has_expired() {
    let waiting = Waiting::new().await;
    let now = waiting.world.now();
    let day = Duration::from_secs(86_400);
    let soon = UnixTime((now + day).as_seconds());
    let root = Outside::root("Outer root", now);
    let middle =
        root.below_with(|key| Wish { not_after: soon, ..Wish::good(name("Middle"), key, now) });
    let certificate = middle.issue(&waiting.wish());
    waiting.import(&certificate, &[&middle.certificate, &root.certificate]).await.unwrap();
    let issuer = waiting.world.create("Below", below(waiting.id, 1)).await.unwrap();
    let made = waiting.world.keys.made();

    waiting.world.advance(day);
    let refused = waiting.world.create("Too late", below(waiting.id, 0)).await;
    let refused_further_below = waiting.world.create("Too late", below(issuer, 0)).await;

    let text = refused.unwrap_err().to_string();
    assert!(text.contains("CN=Middle") && text.contains("not valid"), "{text}");
    assert!(matches!(refused_further_below, Err(Error::IssuerRefuses(_))));
    assert_eq!(waiting.world.keys.made(), made);
    assert_eq!(waiting.status().await, Status::Active);
}

#[tokio::test]
async fn the_serial_number_zero_is_refused() {
    let waiting = Waiting::new().await;
    let root = Outside::root("Outer root", waiting.world.now());

    let refused = waiting.import(&root.issue_numbered_zero(&waiting.wish()), &[]).await;

    let text = refused.unwrap_err().to_string();
    assert!(text.contains("serial number"), "{text}");
}

#[tokio::test]
async fn a_serial_number_that_the_issuer_gave_twice_is_refused() {
    let waiting = Waiting::new().await;
    let root = Outside::root("Outer root", waiting.world.now());
    let first = waiting.wish();
    waiting.import(&root.issue(&first), &[]).await.unwrap();
    let id = waiting.world.create("Waiting too", pending()).await.unwrap();
    let request =
        waiting.world.pki.authority_request(waiting.world.author.account, id).await.unwrap();
    let request = CertificationRequest::from_der(&request).unwrap();
    let second = Waiting { id, request, ..waiting };

    let same = Wish { serial: first.serial.clone(), ..second.wish() };
    let refused = second.import(&root.issue(&same), &[]).await;

    let text = refused.unwrap_err().to_string();
    assert!(text.contains("serial number"), "{text}");
    assert_eq!(second.status().await, Status::Pending);
}

#[tokio::test]
async fn an_absurdly_large_certificate_is_refused() {
    let waiting = Waiting::new().await;
    let root = Outside::root("Outer root", waiting.world.now());
    let padding =
        Extension { oid: "1.2.3.4".parse().unwrap(), critical: false, value: vec![0; 33_000] };

    let refused = waiting.import(&root.issue(&waiting.wish().with(padding)), &[]).await;

    assert!(
        matches!(refused, Err(Error::Invalid { field: Field::Certificate, .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_authority_that_has_its_certificate_takes_no_other() {
    let waiting = Waiting::new().await;
    let root = Outside::root("Outer root", waiting.world.now());
    let certificate = root.issue(&waiting.wish());
    waiting.import(&certificate, &[]).await.unwrap();

    let refused = waiting.import(&certificate, &[]).await;

    let status = Status::Active;
    assert!(matches!(refused, Err(Error::AuthorityStatus { status: s, .. }) if s == status));
    assert_eq!(subject("Waiting").common_name, "Waiting");
}
