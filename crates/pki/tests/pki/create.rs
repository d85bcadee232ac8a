//! Creating and showing authorities.

use std::time::Duration;

use ledger::{Counter, Quota, Table, Timestamp};
use pki::authority::{GenerationMode, Issuance, Issuer, Kind, Plan, Status};
use pki::validity::{Validity, ValidityUnit};
use pki::{Error, Field, Settings};
use x509::{
    AttributeType, BasicConstraints, CertificationRequest, HashAlgorithm, KeyAlgorithm, KeyUsage,
    SignatureAlgorithm, Sm2EmptyId,
};

use crate::world::{World, below, issuance, pending, root, subject, years};

#[tokio::test]
async fn a_root_signs_itself() {
    let world = World::new();

    let id = world.root("Root").await;

    let view = world.pki.authority(world.author.account, id).await.unwrap();
    let issued = view.authority.issued().unwrap();
    let certificate = world.certificate(id).await;
    assert_eq!(view.status, Status::Active);
    assert_eq!(view.authority.kind, Kind::Root);
    assert_eq!(view.authority.shown_path_length(), Some(7));
    assert_eq!((issued.issuer, issued.mode), (Issuer::Itself, GenerationMode::Generate));
    assert_eq!(issued.issuer_name, None);
    assert_eq!(certificate.subject(), certificate.issuer());
    assert!(certificate.verify_signed_by(certificate.public_key().unwrap()).is_ok());
    assert_eq!(certificate.basic_constraints(), Some(BasicConstraints::Ca { path_len: None }));
    let usages: Vec<_> = certificate.key_usage().unwrap().names().collect();
    assert_eq!(usages, ["digitalSignature", "keyCertSign", "cRLSign"]);
    let identifier = certificate.public_key().unwrap().key_identifier();
    assert_eq!(certificate.subject_key_identifier(), Some(&identifier[..]));
    assert_eq!(certificate.authority_key_identifier(), Some(&identifier[..]));
    assert_eq!(certificate.extensions().len(), 4);
    assert_eq!(certificate.serial().octets().len(), 20);
}

#[tokio::test]
async fn the_parts_of_a_subject_come_in_the_samples_order() {
    let world = World::new();
    let id = world.root("Root").await;

    let certificate = world.certificate(id).await;

    let kinds: Vec<_> =
        certificate.subject().attributes().filter_map(x509::name::Attribute::kind).collect();
    assert_eq!(
        kinds,
        [
            AttributeType::CommonName,
            AttributeType::Country,
            AttributeType::StateOrProvince,
            AttributeType::Locality,
            AttributeType::Organization,
            AttributeType::OrganizationalUnit,
        ]
    );
}

#[tokio::test]
async fn times_are_whole_seconds_and_begin_a_minute_earlier() {
    let world = World::new();

    let id = world.root("Root").await;

    let view = world.pki.authority(world.author.account, id).await.unwrap();
    let issued = view.authority.issued().unwrap();
    let start = world.now().floor_to_second();
    assert_eq!(issued.not_before, start - Duration::from_secs(60));
    assert_eq!(issued.not_after, start + Duration::from_secs(3653 * 86_400));
    assert_eq!(view.authority.created_at, world.now());
    assert_eq!(world.certificate(id).await.not_before().0, issued.not_before.as_seconds());
}

#[tokio::test]
async fn a_subordinate_is_signed_by_its_issuer() {
    let world = World::new();
    let issuer = world.root("Root").await;

    let id = world.create("Below", below(issuer, 3)).await.unwrap();

    let view = world.pki.authority(world.author.account, id).await.unwrap();
    let issued = view.authority.issued().unwrap();
    let (certificate, above) = (world.certificate(id).await, world.certificate(issuer).await);
    assert_eq!((view.status, view.authority.kind), (Status::Active, Kind::Subordinate));
    assert_eq!(view.authority.shown_path_length(), Some(3));
    assert_eq!(issued.issuer, Issuer::Authority(issuer));
    assert_eq!(issued.issuer_name.as_deref(), Some("Root"));
    assert!(certificate.verify_signed_by(above.public_key().unwrap()).is_ok());
    assert_eq!(certificate.issuer().der(), above.subject().der());
    assert_eq!(certificate.authority_key_identifier(), above.subject_key_identifier());
    assert_eq!(certificate.basic_constraints(), Some(BasicConstraints::Ca { path_len: Some(3) }));
    assert!(certificate.extensions().iter().filter(|extension| extension.critical).count() == 2);
}

#[tokio::test]
async fn a_subordinate_always_may_sign_certificates_and_crls() {
    let world = World::new();
    let issuer = world.root("Root").await;
    let plan =
        Plan::Subordinate { key_usage: Some(KeyUsage::CRL_SIGN), issuance: issuance(issuer, 0) };

    let id = world.create("Below", plan).await.unwrap();

    let usages: Vec<_> = world.certificate(id).await.key_usage().unwrap().names().collect();
    assert_eq!(usages, ["keyCertSign", "cRLSign"]);
}

#[tokio::test]
async fn a_usage_that_needs_key_agreement_is_refused_without_it() {
    let world = World::new();
    let plan = Plan::Pending { key_usage: Some(KeyUsage::ENCIPHER_ONLY) };

    let refused = world.create("Below", plan).await;

    assert!(matches!(refused, Err(Error::KeyUsage(_))));
    let usage = KeyUsage::ENCIPHER_ONLY.union(KeyUsage::KEY_AGREEMENT);
    assert!(world.create("Below", Plan::Pending { key_usage: Some(usage) }).await.is_ok());
}

#[tokio::test]
async fn a_pending_one_has_a_request_and_always_the_same() {
    let world = World::new();
    let id = world.create_with("Waiting", KeyAlgorithm::EcP384, pending()).await.unwrap();

    let request = world.pki.authority_request(world.author.account, id).await.unwrap();
    let again = world.pki.authority_request(world.author.account, id).await.unwrap();

    assert_eq!(request, again);
    let request = CertificationRequest::from_der(&request).unwrap();
    let sha256 = SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256);
    assert_eq!(request.signature_algorithm(), Some(sha256));
    assert!(request.verify(Sm2EmptyId::Refuse).is_ok());
    assert!(request.basic_constraints().is_some_and(BasicConstraints::is_ca));
    let view = world.pki.authority(world.author.account, id).await.unwrap();
    assert_eq!(view.status, Status::Pending);
    assert_eq!(view.authority.shown_path_length(), None);
    assert!(view.authority.issued().is_none());
}

#[tokio::test]
async fn an_authority_with_a_certificate_has_no_request() {
    let world = World::new();
    let id = world.root("Root").await;

    let refused = world.pki.authority_request(world.author.account, id).await;

    let status = Status::Active;
    assert!(
        matches!(&refused, Err(Error::AuthorityStatus { status: found, .. }) if *found == status)
    );
    let text = refused.unwrap_err().to_string();
    assert!(text.contains("is ACTIVED; only a PENDING one"), "{text}");
}

#[tokio::test]
async fn every_pairing_of_curve_and_hash_verifies() {
    let world = World::new();
    for key in [KeyAlgorithm::EcP256, KeyAlgorithm::EcP384] {
        for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512] {
            let plan = Plan::Root { hash, validity: years(1) };
            let name = format!("{key} {hash}");

            let id = world.create_with(&name, key, plan).await.unwrap();

            let signed = world.certificate(id).await.signature_algorithm();
            assert_eq!(signed, Some(SignatureAlgorithm::Ecdsa(hash)));
        }
    }
}

#[tokio::test]
async fn sm2_signs_with_sm3_and_nothing_else_does() {
    let world = World::new();
    let sm3 = Plan::Root { hash: HashAlgorithm::Sm3, validity: years(1) };

    let id = world.create_with("SM2", KeyAlgorithm::Sm2, sm3.clone()).await.unwrap();

    let signed = world.certificate(id).await.signature_algorithm();
    assert_eq!(signed, Some(SignatureAlgorithm::Sm2Sm3));
    for (key, plan) in [(KeyAlgorithm::Sm2, root()), (KeyAlgorithm::EcP256, sm3)] {
        let refused = world.create_with("Other", key, plan).await;
        assert!(matches!(refused, Err(Error::Invalid { field: Field::SignatureAlgorithm, .. })));
    }
}

#[tokio::test]
async fn sm2_and_other_keys_do_not_mix_in_one_chain() {
    let world = World::new();
    let sm3 = Plan::Root { hash: HashAlgorithm::Sm3, validity: years(10) };
    let sm2 = world.create_with("SM2", KeyAlgorithm::Sm2, sm3).await.unwrap();
    let ec = world.root("EC").await;
    let by_sm2 = Issuance { hash: HashAlgorithm::Sm3, ..issuance(sm2, 0) };
    let plan = Plan::Subordinate { key_usage: None, issuance: by_sm2 };

    let ec_below_sm2 = world.create("A", plan.clone()).await;
    let sm2_below_ec = world.create_with("B", KeyAlgorithm::Sm2, below(ec, 0)).await;
    let sm2_below_sm2 = world.create_with("C", KeyAlgorithm::Sm2, plan).await;

    assert!(matches!(ec_below_sm2, Err(Error::IssuerRefuses(_))));
    assert!(matches!(sm2_below_ec, Err(Error::IssuerRefuses(_))));
    assert!(sm2_below_sm2.is_ok());
}

#[tokio::test]
async fn path_lengths_shrink_on_the_way_down() {
    let world = World::new();
    let top = world.root("Root").await;
    let mut issuer = top;
    for path_length in (0..=6).rev() {
        let too_much = world.create("Too much", below(issuer, path_length + 1)).await;
        assert!(matches!(too_much, Err(Error::Invalid { field: Field::PathLength, .. })));
        let name = format!("Level {path_length}");
        issuer = world.create(&name, below(issuer, path_length)).await.unwrap();
    }

    let refused = world.create("Too deep", below(issuer, 0)).await;

    assert!(matches!(refused, Err(Error::IssuerRefuses(_))));
}

#[tokio::test]
async fn a_subject_does_not_repeat_above_itself() {
    let world = World::new();
    let top = world.root("Root").await;
    let middle = world.create("Middle", below(top, 3)).await.unwrap();

    let made = world.keys.made();
    for (name, issuer) in [("Root", top), ("ROOT ", middle), ("middle", middle)] {
        let refused = world.create(name, below(issuer, 0)).await;
        assert!(matches!(refused, Err(Error::Invalid { field: Field::Subject, .. })), "{name}");
    }
    assert_eq!(world.keys.made(), made);
    assert!(world.create("Root", root()).await.is_ok());
}

#[tokio::test]
async fn a_validity_stays_inside_the_issuers() {
    let world = World::new();
    let issuer = world.root("Root").await;
    for (validity, allowed) in [(years(9), true), (years(10), true), (years(11), false)] {
        let issuance = Issuance { validity, ..issuance(issuer, 0) };
        let created = world.create("Below", Plan::Subordinate { key_usage: None, issuance }).await;
        assert_eq!(created.is_ok(), allowed, "{validity:?}");
    }
}

#[tokio::test]
async fn only_an_active_authority_issues() {
    let world = World::new();
    let waiting = world.create("Waiting", pending()).await.unwrap();
    let short = Validity { unit: ValidityUnit::Hour, amount: 1, start: None };
    let plan = Plan::Root { hash: HashAlgorithm::Sha256, validity: short };
    let expired = world.create("Short", plan).await.unwrap();
    world.advance(Duration::from_secs(3600));

    for (issuer, status) in [(waiting, Status::Pending), (expired, Status::Expired)] {
        let refused = world.create("Below", below(issuer, 0)).await;
        assert!(matches!(
            refused,
            Err(Error::AuthorityStatus { id, status: found, .. })
                if id == issuer && found == status
        ));
    }
}

#[tokio::test]
async fn an_issuer_that_is_not_there_is_named() {
    let world = World::new();
    let elsewhere = World::new().root("Elsewhere").await;

    let refused = world.create("Below", below(elsewhere, 0)).await;

    assert!(matches!(refused, Err(Error::AuthorityNotFound(id)) if id == elsewhere));
}

#[tokio::test]
async fn an_expiry_shows_from_the_last_second_on() {
    let world = World::new();
    let short = Validity { unit: ValidityUnit::Hour, amount: 1, start: None };
    let plan = Plan::Root { hash: HashAlgorithm::Sha256, validity: short };
    let id = world.create("Short", plan).await.unwrap();

    world.advance(Duration::from_millis(3_599_749));
    let before = world.pki.authority(world.author.account, id).await.unwrap().status;
    world.advance(Duration::from_millis(1));
    let after = world.pki.authority(world.author.account, id).await.unwrap().status;

    assert_eq!((before, after), (Status::Active, Status::Expired));
}

#[tokio::test]
async fn a_quota_bounds_the_authorities_of_an_account() {
    let world = World::with(Settings { authority_quota: Some(2), ..Settings::default() });
    world.root("One").await;
    world.create("Two", pending()).await.unwrap();

    let refused = world.create("Three", root()).await;

    assert!(matches!(refused, Err(Error::QuotaReached { quota: Quota::Authorities, .. })));
    let counter = Counter::of_account(Quota::Authorities, world.author.account);
    assert_eq!(world.store.used(&counter), 2);
    assert_eq!(world.store.rows(Table::Keys), 2);
}

#[tokio::test]
async fn nothing_is_made_for_what_the_rules_refuse() {
    let world = World::new();
    let validity = years(31);

    let refused = world.create("Root", Plan::Root { hash: HashAlgorithm::Sha256, validity }).await;

    assert!(matches!(refused, Err(Error::Invalid { field: Field::Validity, .. })));
    assert_eq!(world.keys.made(), 0);
    assert!(world.store.events().is_empty());
}

#[tokio::test]
async fn an_account_does_not_see_anothers_authority() {
    let world = World::new();
    let id = world.root("Root").await;
    let other = world.stranger().account;

    let shown = world.pki.authority(other, id).await;
    let exported = world.pki.export_authority(other, id).await;
    let requested = world.pki.authority_request(other, id).await;

    assert!(matches!(shown, Err(Error::AuthorityNotFound(_))));
    assert!(matches!(exported, Err(Error::AuthorityNotFound(_))));
    assert!(matches!(requested, Err(Error::AuthorityNotFound(_))));
}

#[tokio::test]
async fn a_creation_is_told() {
    let world = World::new();

    let id = world.root("Root").await;

    let events = world.store.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].action, "create_authority");
    assert_eq!(events[0].object, Some(id.to_string()));
    assert_eq!(events[0].account, Some(world.author.account));
    assert_eq!(events[0].origin, world.author.origin);
}

#[tokio::test]
async fn an_explicit_start_is_the_start() {
    let world = World::new();
    let start = Timestamp::from_seconds(world.now().as_seconds() + 86_400);
    let validity = Validity { start: Some(start), ..years(1) };

    let plan = Plan::Root { hash: HashAlgorithm::Sha256, validity };
    let id = world.create("Later", plan).await.unwrap();

    assert_eq!(world.certificate(id).await.not_before().0, start.as_seconds());
    let refused = world.create("Below", below(id, 0)).await;
    assert!(matches!(refused, Err(Error::IssuerRefuses(_))));
}

#[tokio::test]
async fn what_is_shown_is_what_was_asked() {
    let world = World::new();

    let id = world.root("Root").await;

    let view = world.pki.authority(world.author.account, id).await.unwrap();
    assert_eq!(view.authority.distinguished_name, subject("Root"));
    assert_eq!(view.authority.enterprise_project, "0");
    assert_eq!(view.authority.issued().unwrap().hash, HashAlgorithm::Sha256);
}
