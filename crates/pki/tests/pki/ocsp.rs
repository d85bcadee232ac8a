//! OCSP: switching it, answering, and renewing who answers.

use std::time::Duration;

use ledger::{CaId, Table, Timestamp};
use pki::authority::{Import, OcspSwitch, PendingDays};
use pki::ocsp::{OcspAnswer, Responders};
use pki::{Error, PublicUrl, RevocationReason, Settings};
use x509::extension::Subtree;
use x509::ocsp::{
    BasicResponse, CertId, CertIdHash, CertStatus, Nonce, OcspRequest, ResponseError,
};
use x509::{
    Certificate, CertificationRequest, Criticality, ExtendedKeyUsage, Extension, ExtensionValue,
    KeyAlgorithm, KeyUsage, LineEnding, NameConstraints, ReasonCode, SerialNumber, UnixTime, oid,
};

use crate::memory::Fault;
use crate::outside::{Outside, Wish, name};
use crate::world::{World, below, issuance, pending, root};

const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3_600);

fn world() -> World {
    let public_url = PublicUrl::Given("http://pki.example.org".to_owned());
    World::with(Settings { public_url, ..Settings::default() })
}

async fn switch(world: &World, id: CaId, to: OcspSwitch) -> Result<(), Error> {
    world.pki.switch_ocsp(&world.author, id, to).await
}

/// A root that answers, with a subordinate that it issued.
async fn answering(world: &World) -> (CaId, CaId) {
    let id = world.root("Root").await;
    let child = world.create("Child", below(id, 0)).await.unwrap();
    switch(world, id, OcspSwitch::On).await.unwrap();
    (id, child)
}

fn cert_id(issuer: &Certificate, serial: &SerialNumber) -> CertId {
    CertId::new(CertIdHash::Sha1, (issuer.subject(), issuer.public_key().unwrap()), serial)
}

async fn request_for(world: &World, issuer: CaId, serial: &SerialNumber) -> OcspRequest {
    let issuer = world.certificate(issuer).await;
    OcspRequest { cert_ids: vec![cert_id(&issuer, serial)], nonce: None }
}

async fn ask(
    world: &World,
    id: CaId,
    request: &OcspRequest,
) -> Result<BasicResponse, ResponseError> {
    let answer = world.pki.ocsp(id, &request.to_der()).await;
    BasicResponse::from_der(&answer.der).unwrap()
}

/// What the issuer's responder says of a certificate.
async fn status(world: &World, issuer: CaId, serial: &SerialNumber) -> CertStatus {
    let request = request_for(world, issuer, serial).await;
    ask(world, issuer, &request).await.unwrap().responses[0].status
}

fn revoked(at: Timestamp, reason: Option<ReasonCode>) -> CertStatus {
    CertStatus::Revoked { at: UnixTime(at.as_seconds()), reason }
}

#[tokio::test]
async fn tells_good_then_revoked_and_unknown_of_what_was_never_issued() {
    let world = world();
    let (id, child) = answering(&world).await;
    let serial = world.certificate(child).await.serial().clone();
    assert_eq!(status(&world, id, &serial).await, CertStatus::Good);

    world.advance(HOUR / 60);
    let reason = RevocationReason::Superseded;
    world.pki.revoke_authority(&world.author, child, reason).await.unwrap();

    let told = status(&world, id, &serial).await;
    assert_eq!(told, revoked(world.now(), Some(ReasonCode::Superseded)));
    let stranger = SerialNumber::from_random([7; 20]);
    assert_eq!(status(&world, id, &stranger).await, CertStatus::Unknown);
}

#[tokio::test]
async fn no_reason_is_told_where_none_was_given() {
    let world = world();
    let (id, child) = answering(&world).await;
    let serial = world.certificate(child).await.serial().clone();

    let reason = RevocationReason::Unspecified;
    world.pki.revoke_authority(&world.author, child, reason).await.unwrap();

    assert_eq!(status(&world, id, &serial).await, revoked(world.now(), None));
}

#[tokio::test]
async fn the_answer_is_signed_by_a_responder_that_the_authority_certified_for_it() {
    for kind in [KeyAlgorithm::EcP256, KeyAlgorithm::EcP384, KeyAlgorithm::Sm2] {
        let world = world();
        let hash = if kind == KeyAlgorithm::Sm2 {
            x509::HashAlgorithm::Sm3
        } else {
            x509::HashAlgorithm::Sha512
        };
        let plan = pki::authority::Plan::Root { hash, validity: crate::world::years(10) };
        let id = world.create_with("Root", kind, plan).await.unwrap();
        switch(&world, id, OcspSwitch::On).await.unwrap();
        let issuer = world.certificate(id).await;
        let request = request_for(&world, id, &SerialNumber::from_random([7; 20])).await;

        let answer = ask(&world, id, &request).await.unwrap();

        let responder = &answer.certificate;
        let key = responder.public_key().unwrap();
        assert_eq!(answer.verify_signed_by(key), Ok(()), "{kind}");
        assert_eq!(answer.responder_key_hash, key.key_identifier());
        assert_eq!(responder.verify_signed_by(issuer.public_key().unwrap()), Ok(()));
        assert_eq!(key.algorithm(), kind);
        let now = world.now().as_seconds();
        assert_eq!(answer.produced_at.0, now);
        assert_eq!(answer.responses[0].this_update.0, now);
        assert_eq!(answer.responses[0].next_update.0, now + 3600);
    }
}

#[tokio::test]
async fn the_responders_certificate_is_for_ocsp_alone_and_short_lived() {
    let world = world();
    let (id, _) = answering(&world).await;

    let responder = world.store.responder(id).await.unwrap().unwrap().value;

    let certificate = Certificate::from_der(&responder.certificate).unwrap();
    let kinds: Vec<_> =
        certificate.extensions().iter().map(|e| (e.oid.clone(), e.critical)).collect();
    assert_eq!(
        kinds,
        [
            (oid::SUBJECT_KEY_IDENTIFIER, false),
            (oid::AUTHORITY_KEY_IDENTIFIER, false),
            (oid::BASIC_CONSTRAINTS, true),
            (oid::KEY_USAGE, true),
            (oid::EXTENDED_KEY_USAGE, false),
            (oid::OCSP_NO_CHECK, false),
        ]
    );
    assert_eq!(certificate.key_usage(), Some(KeyUsage::DIGITAL_SIGNATURE));
    assert_eq!(certificate.extended_key_usage().unwrap().purposes, [oid::OCSP_SIGNING]);
    assert!(!certificate.is_ca());
    let lasts = certificate.not_after().0 - world.now().as_seconds();
    assert_eq!(lasts, 14 * 86_400);
    assert_eq!(status(&world, id, certificate.serial()).await, CertStatus::Good);
}

#[tokio::test]
async fn others_are_told_that_nobody_speaks_for_them() {
    let world = world();
    let (id, child) = answering(&world).await;
    let serial = world.certificate(child).await.serial().clone();
    let foreign = request_for(&world, child, &serial).await;
    let own = request_for(&world, id, &serial).await;
    let mixed = OcspRequest {
        cert_ids: [own.cert_ids.clone(), foreign.cert_ids.clone()].concat(),
        nonce: None,
    };
    let nobody: CaId = "00000000-0000-4000-8000-000000000000".parse().unwrap();

    for (asked, request) in [(id, &foreign), (id, &mixed), (child, &foreign), (nobody, &own)] {
        assert_eq!(ask(&world, asked, request).await, Err(ResponseError::Unauthorized));
    }
    let answer = world.pki.ocsp(id, b"nonsense").await;
    assert_eq!(BasicResponse::from_der(&answer.der), Ok(Err(ResponseError::MalformedRequest)));
}

#[tokio::test]
async fn several_are_answered_together_in_their_order_with_the_nonce() {
    let world = world();
    let (id, child) = answering(&world).await;
    let issuer = world.certificate(id).await;
    let known = world.certificate(child).await.serial().clone();
    let unknown = SerialNumber::from_random([7; 20]);
    let request = OcspRequest {
        cert_ids: vec![cert_id(&issuer, &unknown), cert_id(&issuer, &known)],
        nonce: Nonce::new(&[9; 32]),
    };

    let answer = ask(&world, id, &request).await.unwrap();

    let told: Vec<_> = answer.responses.iter().map(|one| (&one.cert_id, one.status)).collect();
    assert_eq!(
        told,
        [(&request.cert_ids[0], CertStatus::Unknown), (&request.cert_ids[1], CertStatus::Good)]
    );
    assert_eq!(answer.nonce, request.nonce);
    assert!(world.pki.ocsp(id, &request.to_der()).await.freshness.is_none());
}

async fn plain(world: &World, id: CaId, serial: &SerialNumber) -> OcspAnswer {
    let request = request_for(world, id, serial).await;
    world.pki.ocsp(id, &request.to_der()).await
}

#[tokio::test]
async fn an_answer_is_given_again_while_it_is_new_and_true() {
    let world = world();
    let (id, child) = answering(&world).await;
    let serial = world.certificate(child).await.serial().clone();
    let first = plain(&world, id, &serial).await;
    world.advance(HOUR / 2 - Duration::from_secs(1));
    assert_eq!(plain(&world, id, &serial).await.der, first.der);

    world.advance(Duration::from_secs(1));
    let second = plain(&world, id, &serial).await;
    assert_ne!(second.der, first.der);
    let reason = RevocationReason::KeyCompromise;
    world.pki.revoke_authority(&world.author, child, reason).await.unwrap();
    let third = plain(&world, id, &serial).await;

    assert_ne!(third.der, second.der);
    let told = BasicResponse::from_der(&third.der).unwrap().unwrap().responses[0].status;
    assert_eq!(told, revoked(world.now(), Some(ReasonCode::KeyCompromise)));
}

#[tokio::test]
async fn a_disabled_or_deleted_authority_goes_on_answering_until_it_is_gone() {
    let world = world();
    let (id, child) = answering(&world).await;
    let serial = world.certificate(child).await.serial().clone();
    let request = request_for(&world, id, &serial).await;
    world.pki.disable_authority(&world.author, id).await.unwrap();
    assert!(ask(&world, id, &request).await.is_ok());
    let days = PendingDays::new(7).unwrap();
    world.pki.delete_authority(&world.author, id, days).await.unwrap();
    assert!(ask(&world, id, &request).await.is_ok());

    world.advance(DAY * 7);

    assert_eq!(ask(&world, id, &request).await, Err(ResponseError::Unauthorized));
    world.pki.destroy_due_authorities(&world.lease()).await.unwrap();
    assert_eq!(ask(&world, id, &request).await, Err(ResponseError::Unauthorized));
    assert_eq!(world.store.rows(Table::Responders), 0);
    // The child's own.
    assert_eq!(world.store.rows(Table::Keys), 1);
}

#[tokio::test]
async fn an_expired_authority_answers_no_more() {
    let world = world();
    let (id, child) = answering(&world).await;
    let serial = world.certificate(child).await.serial().clone();
    let request = request_for(&world, id, &serial).await;

    world.advance(DAY * 366 * 10);

    assert_eq!(ask(&world, id, &request).await, Err(ResponseError::Unauthorized));
}

#[tokio::test]
async fn of_an_authority_whose_key_is_known_to_others_everything_is_revoked() {
    for reason in [RevocationReason::KeyCompromise, RevocationReason::AuthorityCompromise] {
        let world = world();
        let top = world.root("Root").await;
        let id = world.create("Sub", below(top, 1)).await.unwrap();
        let child = world.create("Child", below(id, 0)).await.unwrap();
        switch(&world, id, OcspSwitch::On).await.unwrap();
        let serial = world.certificate(child).await.serial().clone();
        let known = request_for(&world, id, &serial).await;
        let unknown = request_for(&world, id, &SerialNumber::from_random([7; 20])).await;
        let before = ask(&world, id, &known).await.unwrap();
        assert_eq!(before.responses[0].status, CertStatus::Good);

        world.pki.revoke_authority(&world.author, id, reason).await.unwrap();

        let after = ask(&world, id, &known).await.unwrap().responses[0].status;
        assert_eq!(after, revoked(world.now(), Some(ReasonCode::CaCompromise)));
        let other = ask(&world, id, &unknown).await.unwrap().responses[0].status;
        assert_eq!(other, CertStatus::Unknown);
    }
}

#[tokio::test]
async fn of_an_authority_revoked_for_another_reason_each_certificate_keeps_its_status() {
    let world = world();
    let top = world.root("Root").await;
    let id = world.create("Sub", below(top, 1)).await.unwrap();
    let child = world.create("Child", below(id, 0)).await.unwrap();
    switch(&world, id, OcspSwitch::On).await.unwrap();
    let serial = world.certificate(child).await.serial().clone();
    let request = request_for(&world, id, &serial).await;

    let reason = RevocationReason::CessationOfOperation;
    world.pki.revoke_authority(&world.author, id, reason).await.unwrap();

    let told = ask(&world, id, &request).await.unwrap().responses[0].status;
    assert_eq!(told, CertStatus::Good);
}

#[tokio::test]
async fn a_switch_stands_where_it_was_put_and_says_so() {
    let world = world();
    let id = world.root("Root").await;
    let refused = switch(&world, id, OcspSwitch::Off).await;
    assert!(matches!(refused, Err(Error::OcspSwitched { stands: OcspSwitch::Off, .. })));

    switch(&world, id, OcspSwitch::On).await.unwrap();

    let refused = switch(&world, id, OcspSwitch::On).await;
    assert!(matches!(refused, Err(Error::OcspSwitched { stands: OcspSwitch::On, .. })));
    assert_eq!(world.store.events().pop().unwrap().action, "switch_ocsp");
}

#[tokio::test]
async fn switched_off_it_destroys_its_responder_and_answers_nobody() {
    let world = world();
    let (id, child) = answering(&world).await;
    let serial = world.certificate(child).await.serial().clone();
    let request = request_for(&world, id, &serial).await;
    assert!(ask(&world, id, &request).await.is_ok());

    switch(&world, id, OcspSwitch::Off).await.unwrap();

    assert_eq!(ask(&world, id, &request).await, Err(ResponseError::Unauthorized));
    assert_eq!((world.store.rows(Table::Responders), world.store.rows(Table::Keys)), (0, 2));
    assert_eq!(world.keys.forgotten().len(), 1);
    switch(&world, id, OcspSwitch::On).await.unwrap();
    assert!(ask(&world, id, &request).await.is_ok());
}

#[tokio::test]
async fn one_that_cannot_answer_is_not_switched_on() {
    let world = world();
    let waiting = world.create("Sub", pending()).await.unwrap();
    let top = world.root("Root").await;
    let gone = world.create("Gone", below(top, 0)).await.unwrap();
    world.pki.revoke_authority(&world.author, gone, RevocationReason::Superseded).await.unwrap();

    for (id, word) in [(waiting, "PENDING"), (gone, "REVOKED")] {
        let refused = switch(&world, id, OcspSwitch::On).await.unwrap_err();
        let text = refused.to_string();
        assert!(text.contains(&format!("is {word}; only an ACTIVED or DISABLED")), "{text}");
    }
    world.advance(DAY * 366 * 10);
    let refused = switch(&world, top, OcspSwitch::On).await.unwrap_err().to_string();
    assert!(refused.contains("is EXPIRED"), "{refused}");
}

#[tokio::test]
async fn without_an_address_it_is_not_switched_on() {
    let world = World::new();
    let id = world.root("Root").await;

    let refused = switch(&world, id, OcspSwitch::On).await.unwrap_err();

    assert!(refused.to_string().contains("public_url"), "{refused}");
    assert_eq!(world.store.rows(Table::Responders), 0);
}

#[tokio::test]
async fn a_switch_that_was_overtaken_is_decided_again_with_the_same_key() {
    let world = world();
    let id = world.root("Root").await;
    let made = world.keys.made();
    world.store.fail_next(vec![Fault::Conflict]);

    switch(&world, id, OcspSwitch::On).await.unwrap();

    assert_eq!(world.keys.made(), made + 1);
    assert_eq!(world.store.rows(Table::Responders), 1);
}

#[tokio::test]
async fn a_responder_is_renewed_half_way_and_answers_go_on() {
    let world = world();
    let (id, child) = answering(&world).await;
    let serial = world.certificate(child).await.serial().clone();
    let request = request_for(&world, id, &serial).await;
    let before = ask(&world, id, &request).await.unwrap();
    let lease = world.lease();
    world.advance(DAY * 7 - Duration::from_secs(1));
    assert_eq!(world.pki.renew_due_responders(10, &lease).await.unwrap(), 0);

    world.advance(Duration::from_secs(1));

    assert_eq!(world.pki.renew_due_responders(10, &lease).await.unwrap(), 1);
    assert_eq!(world.pki.renew_due_responders(10, &lease).await.unwrap(), 0);
    let after = ask(&world, id, &request).await.unwrap();
    assert_ne!(after.certificate.serial(), before.certificate.serial());
    assert_ne!(after.responder_key_hash, before.responder_key_hash);
    assert_eq!((world.store.rows(Table::Responders), world.store.rows(Table::Keys)), (1, 3));
    assert_eq!(status(&world, id, before.certificate.serial()).await, CertStatus::Good);
}

#[tokio::test]
async fn one_that_was_not_renewed_in_time_says_to_try_later() {
    let world = world();
    let (id, child) = answering(&world).await;
    let serial = world.certificate(child).await.serial().clone();
    let request = request_for(&world, id, &serial).await;

    world.advance(DAY * 14);

    assert_eq!(ask(&world, id, &request).await, Err(ResponseError::TryLater));
    assert_eq!(world.pki.renew_due_responders(10, &world.lease()).await.unwrap(), 1);
    assert!(ask(&world, id, &request).await.is_ok());
}

#[tokio::test]
async fn the_last_responder_ends_with_its_authority_and_is_removed_then() {
    let world = world();
    let top = world.root("Root").await;
    let short = pki::authority::Issuance {
        validity: pki::validity::Validity {
            unit: pki::validity::ValidityUnit::Day,
            amount: 3,
            start: None,
        },
        ..issuance(top, 0)
    };
    let plan = pki::authority::Plan::Subordinate { key_usage: None, issuance: short };
    let id = world.create("Short", plan).await.unwrap();
    switch(&world, id, OcspSwitch::On).await.unwrap();
    let responder = world.store.responder(id).await.unwrap().unwrap().value;
    assert_eq!(responder.not_after.as_seconds(), world.certificate(id).await.not_after().0);
    world.advance(DAY * 2);
    assert_eq!(world.pki.renew_due_responders(10, &world.lease()).await.unwrap(), 0);

    world.advance(DAY);

    assert_eq!(world.pki.renew_due_responders(10, &world.lease()).await.unwrap(), 1);
    assert_eq!(world.store.rows(Table::Responders), 0);
}

#[tokio::test]
async fn a_root_of_another_world_can_be_switched_by_its_owner_alone() {
    let world = world();
    let id = world.create("Root", root()).await.unwrap();

    let refused = world.pki.switch_ocsp(&world.stranger(), id, OcspSwitch::On).await;

    assert!(matches!(refused, Err(Error::AuthorityNotFound(_))));
}

/// An authority with a certificate from outside that says this too.
async fn imported(world: &World, extension: Extension) -> CaId {
    let id = world.create("Waiting", pending()).await.unwrap();
    let request = world.pki.authority_request(world.author.account, id).await.unwrap();
    let request = CertificationRequest::from_der(&request).unwrap();
    let wish = Wish::good(request.subject().clone(), request.public_key(), world.now());
    let certificate = Outside::root("Outer root", world.now()).issue(&wish.with(extension));
    let import = Import { certificate: certificate.to_pem(LineEnding::Lf), chain: None };
    world.pki.import_authority(&world.author, id, import).await.unwrap();
    id
}

#[tokio::test]
async fn no_responder_is_made_that_a_certificate_above_does_not_allow() {
    let world = world();
    let purposes = |purposes| ExtendedKeyUsage { purposes }.to_extension(Criticality::NotCritical);
    let excluded = vec![Subtree::Directory(name("Waiting OCSP"))];
    let constraints = NameConstraints { permitted: Vec::new(), excluded };
    for (extension, allowed) in [
        (purposes(vec![oid::SERVER_AUTH]), false),
        (purposes(vec![oid::SERVER_AUTH, oid::OCSP_SIGNING]), true),
        (purposes(vec![oid::ANY_EXTENDED_KEY_USAGE]), true),
        (constraints.to_extension(Criticality::Critical), false),
    ] {
        let id = imported(&world, extension.clone()).await;

        let switched = switch(&world, id, OcspSwitch::On).await;

        match switched {
            Ok(()) => assert!(allowed, "{extension:?}"),
            Err(Error::IssuerRefuses(_)) => assert!(!allowed, "{extension:?}"),
            Err(other) => panic!("{other}"),
        }
    }
}
