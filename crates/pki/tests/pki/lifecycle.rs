//! Disabling, deleting, restoring, revoking and tagging authorities.

use std::time::Duration;

use ledger::system::SystemRandom;
use ledger::{CaId, ChangeId, Changes, Counter, Quota, Table};
use pki::authority::{
    Activation, AuthorityFilter, AuthorityOrder, AuthorityQuery, Deletion, Direction, Import,
    PendingDays, Plan, Status,
};
use pki::{Authorities, Error, Page, Revocation, RevocationReason, Settings, Store, Tag};
use x509::{Certificate, CertificationRequest, HashAlgorithm, LineEnding};

use crate::outside::{Outside, Wish};
use crate::world::{World, below, issuance, pending, root, years};

const DAY: Duration = Duration::from_secs(86_400);

async fn status(world: &World, id: CaId) -> Status {
    world.pki.authority(world.author.account, id).await.unwrap().status
}

/// Deletes an authority after it was disabled.
async fn scheduled(world: &World, id: CaId) {
    world.pki.disable_authority(&world.author, id).await.unwrap();
    let days = PendingDays::new(7).unwrap();
    let deletion = world.pki.delete_authority(&world.author, id, days).await.unwrap();
    assert_eq!(deletion, Deletion::Scheduled(world.now() + DAY * 7));
}

fn quota(world: &World) -> Counter {
    Counter::of_account(Quota::Authorities, world.author.account)
}

#[tokio::test]
async fn a_refusal_names_the_status_and_what_is_needed() {
    let world = World::new();
    let id = world.root("Root").await;

    let refused = world.pki.delete_authority(&world.author, id, PendingDays::default()).await;

    let text = refused.unwrap_err().to_string();
    assert!(text.contains(&format!("{id} is ACTIVED; disable it first")), "{text}");
}

#[tokio::test]
async fn one_that_is_gone_is_found_by_nobody_and_then_destroyed_with_its_key() {
    let world = World::new();
    let account = world.author.account;
    let id = world.root("Root").await;
    scheduled(&world, id).await;
    world.advance(DAY * 7 - Duration::from_millis(1));
    assert_eq!(status(&world, id).await, Status::Deleted);
    assert_eq!(world.pki.destroy_due_authorities(&world.lease()).await.unwrap(), 0);

    world.advance(Duration::from_millis(1));

    assert!(matches!(world.pki.authority(account, id).await, Err(Error::AuthorityNotFound(_))));
    let restored = world.pki.restore_authority(&world.author, id).await;
    assert!(matches!(restored, Err(Error::AuthorityNotFound(_))));
    let attributes = world.pki.authority_attributes(account, id).await;
    assert!(matches!(attributes, Err(Error::AuthorityNotFound(_))));
    assert_eq!(world.pki.authority_quota(account).await.unwrap().used, 0);
    assert_eq!(world.store.rows(Table::Keys), 1);
    assert_eq!(world.keys.forgotten(), []);

    assert_eq!(world.pki.destroy_due_authorities(&world.lease()).await.unwrap(), 1);
    assert_eq!(world.pki.destroy_due_authorities(&world.lease()).await.unwrap(), 0);

    assert_eq!(world.keys.forgotten().len(), 1);
    assert_eq!(world.store.rows(Table::Keys), 0);
    assert_eq!(world.store.rows(Table::Authorities), 0);
    assert_eq!(world.store.used(&quota(&world)), 0);
    let last = world.store.events().pop().unwrap();
    assert_eq!((last.action, last.origin.actor), ("delete_authority", ledger::Actor::Server));
}

#[tokio::test]
async fn one_that_waits_is_deleted_at_once() {
    let world = World::new();
    let id = world.create("Waiting", pending()).await.unwrap();

    let deletion = world.pki.delete_authority(&world.author, id, PendingDays::default()).await;

    assert_eq!(deletion.unwrap(), Deletion::Done);
    assert_eq!(world.store.rows(Table::Keys), 0);
    assert_eq!(world.store.used(&quota(&world)), 0);
    let again = world.pki.delete_authority(&world.author, id, PendingDays::default()).await;
    assert!(matches!(again, Err(Error::AuthorityNotFound(_))));
}

#[tokio::test]
async fn a_full_quota_is_swept_before_somebody_is_refused() {
    let world = World::with(Settings { authority_quota: Some(1), ..Settings::default() });
    let id = world.root("Root").await;
    scheduled(&world, id).await;
    let refused = world.create("Another", root()).await;
    assert!(matches!(refused, Err(Error::QuotaReached { .. })));
    world.advance(DAY * 7);

    world.create("Another", root()).await.unwrap();

    assert_eq!(world.store.rows(Table::Authorities), 1);
    assert_eq!(world.store.used(&quota(&world)), 1);
}

#[tokio::test]
async fn a_restored_one_is_disabled_whatever_it_was() {
    let world = World::new();
    let plan = Plan::Root { hash: HashAlgorithm::Sha256, validity: years(1) };
    let id = world.create("Root", plan).await.unwrap();
    world.advance(DAY * 400);
    assert_eq!(status(&world, id).await, Status::Expired);
    world.pki.delete_authority(&world.author, id, PendingDays::default()).await.unwrap();

    world.pki.restore_authority(&world.author, id).await.unwrap();

    assert_eq!(status(&world, id).await, Status::Disabled);
    world.pki.enable_authority(&world.author, id).await.unwrap();
    assert_eq!(status(&world, id).await, Status::Expired);
}

#[tokio::test]
async fn a_revocation_is_told_to_the_issuer_and_is_final() {
    let world = World::new();
    let issuer = world.root("Root").await;
    let id = world.create("Sub", below(issuer, 1)).await.unwrap();
    let serial = world.certificate(id).await.serial().clone();
    let reason = RevocationReason::KeyCompromise;

    world.pki.revoke_authority(&world.author, id, reason).await.unwrap();

    let told = world.store.revocations(issuer, None, 10).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0].serial, told[0].reason), (&serial, reason));
    assert_eq!(told[0].revoked_at, world.now().floor_to_second());
    let detail = world.store.events().pop().unwrap().detail.unwrap();
    assert_eq!(detail, format!("reason KEY_COMPROMISE; its issuer {issuer} tells of it"));
    let again = world.pki.revoke_authority(&world.author, id, RevocationReason::Superseded).await;
    let refused = matches!(again, Err(Error::AuthorityStatus { status: Status::Revoked, .. }));
    assert!(refused);
    assert_eq!(world.store.revocations(issuer, None, 10).await.unwrap(), told);
}

#[tokio::test]
async fn a_root_is_not_revoked() {
    let world = World::new();
    let id = world.root("Root").await;

    let reason = RevocationReason::Unspecified;
    let refused = world.pki.revoke_authority(&world.author, id, reason).await;

    assert!(matches!(refused, Err(Error::RootRevocation(root)) if root == id));
}

#[tokio::test]
async fn an_issuer_that_is_to_be_deleted_revokes_nothing() {
    let world = World::new();
    let issuer = world.root("Root").await;
    let id = world.create("Sub", below(issuer, 1)).await.unwrap();
    scheduled(&world, issuer).await;

    let reason = RevocationReason::Unspecified;
    let refused = world.pki.revoke_authority(&world.author, id, reason).await;

    let text = refused.unwrap_err().to_string();
    assert!(text.contains(&format!("{issuer} is DELETED")), "{text}");
    assert_eq!(status(&world, id).await, Status::Active);
}

#[tokio::test]
async fn a_revocation_without_an_issuer_here_says_so() {
    let world = World::new();
    let account = world.author.account;
    let outside = Outside::root("Outside", world.now());
    let id = world.create("Waiting", pending()).await.unwrap();
    let request = world.pki.authority_request(account, id).await.unwrap();
    let request = CertificationRequest::from_der(&request).unwrap();
    let wish = Wish::good(request.subject().clone(), request.public_key(), world.now());
    let certificate = outside.issue(&wish).to_pem(LineEnding::Lf);
    let import = Import { certificate, chain: None };
    world.pki.import_authority(&world.author, id, import).await.unwrap();

    let reason = RevocationReason::Unspecified;
    world.pki.revoke_authority(&world.author, id, reason).await.unwrap();

    assert_eq!(status(&world, id).await, Status::Revoked);
    let detail = world.store.events().pop().unwrap().detail.unwrap();
    assert!(detail.contains("only here: its issuer is not known here"), "{detail}");
    assert_eq!(world.store.rows(Table::Revocations), 0);
}

#[tokio::test]
async fn nothing_below_a_revoked_one_issues_even_after_it_was_deleted() {
    let world = World::new();
    let top = world.root("Root").await;
    let middle = world.create("Middle", below(top, 3)).await.unwrap();
    let last = world.create("Last", below(middle, 2)).await.unwrap();
    let waiting = world.create("Waiting", pending()).await.unwrap();
    let reason = RevocationReason::Unspecified;
    world.pki.revoke_authority(&world.author, middle, reason).await.unwrap();

    for removed in [false, true] {
        if removed {
            let days = PendingDays::default();
            world.pki.delete_authority(&world.author, middle, days).await.unwrap();
        }
        assert_eq!(status(&world, last).await, Status::Active);
        let refused = world.create("Child", below(last, 0)).await.unwrap_err();
        match (removed, &refused) {
            (false, Error::IssuerRefuses(text)) => assert!(text.contains("REVOKED"), "{text}"),
            (true, Error::AncestorGone { id }) => assert_eq!(*id, last),
            _ => panic!("{refused}"),
        }
        let activation = Activation { issuance: issuance(last, 0), key_usage: None, crl: None };
        let refused = world.pki.activate_authority(&world.author, waiting, activation).await;
        assert!(refused.is_err());
    }
    let exported = world.pki.export_authority(world.author.account, last).await;
    assert!(matches!(exported, Err(Error::AncestorGone { .. })));
}

/// An authority of this world that somebody outside signed, whom an authority of this world had
/// signed before: itself, the one above the outside one, and the outside one's certificate.
async fn below_somebody_else(world: &World) -> (CaId, CaId, Certificate) {
    let top = world.root("Root").await;
    let middle = world.create("Middle", below(top, 4)).await.unwrap();
    let outside = Outside::root("Outside", world.now());
    let certificate = world.certificate(middle).await;
    let now = world.now();
    let name = crate::outside::name("Outside");
    let wish = |key: &x509::PublicKey| Wish {
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        ..Wish::good(name.clone(), key, now)
    };
    let cross = world.sign_wish_as(middle, &certificate, &wish(outside.key.public_key())).await;
    let outside = Outside { certificate: cross.clone(), ..outside };
    let id = world.create("Last", pending()).await.unwrap();
    let request = world.pki.authority_request(world.author.account, id).await.unwrap();
    let request = CertificationRequest::from_der(&request).unwrap();
    let wish = Wish {
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        ..Wish::good(request.subject().clone(), request.public_key(), now)
    };
    let signed = outside.issue(&wish).to_pem(LineEnding::Lf);
    let root = world.certificate(top).await;
    let chain = [&cross, &certificate, &root].map(|one| one.to_pem(LineEnding::Lf)).join("\n");
    let import = Import { certificate: signed, chain: Some(chain) };
    world.pki.import_authority(&world.author, id, import).await.unwrap();
    world.create("Early", below(id, 0)).await.unwrap();
    (id, middle, cross)
}

#[tokio::test]
async fn one_of_ours_above_somebody_elses_that_is_revoked_stops_what_is_below() {
    let world = World::new();
    let (id, middle, _) = below_somebody_else(&world).await;

    let reason = RevocationReason::Unspecified;
    world.pki.revoke_authority(&world.author, middle, reason).await.unwrap();

    let refused = world.create("Late", below(id, 0)).await.unwrap_err().to_string();
    assert!(refused.contains("REVOKED"), "{refused}");
}

#[tokio::test]
async fn somebody_elses_certificate_that_one_of_ours_revoked_stops_what_is_below() {
    let world = World::new();
    let (id, middle, cross) = below_somebody_else(&world).await;
    let revocation = Revocation {
        account: world.author.account,
        issuer: middle,
        shard: None,
        serial: cross.serial().clone(),
        revoked_at: world.now().floor_to_second(),
        reason: RevocationReason::Unspecified,
        not_after: world.now(),
    };
    let event = world.author.event(world.now(), "revoke_certificate", id);
    let change = ChangeId::generate(&*world.clock, &SystemRandom);
    world.store.commit(Changes::new(change, event).insert(revocation)).await.unwrap();

    let refused = world.create("Late", below(id, 0)).await.unwrap_err().to_string();

    assert!(refused.contains("REVOKED"), "{refused}");
}

#[tokio::test]
async fn one_far_above_that_is_disabled_or_to_be_deleted_does_not_matter() {
    let world = World::new();
    let top = world.root("Root").await;
    let middle = world.create("Middle", below(top, 3)).await.unwrap();
    scheduled(&world, top).await;

    world.create("Last", below(middle, 2)).await.unwrap();

    world.advance(DAY * 7);
    let refused = world.create("Late", below(middle, 2)).await;
    assert!(matches!(refused, Err(Error::AncestorGone { .. })));
}

#[tokio::test]
async fn an_export_that_was_made_before_ends_with_an_authority_above() {
    let world = World::new();
    let account = world.author.account;
    let top = world.root("Root").await;
    let middle = world.create("Middle", below(top, 3)).await.unwrap();
    world.pki.export_authority(account, middle).await.unwrap();
    scheduled(&world, top).await;
    world.pki.export_authority(account, middle).await.unwrap();

    world.advance(DAY * 7);

    let refused = world.pki.export_authority(account, middle).await;
    assert!(matches!(refused, Err(Error::AncestorGone { id }) if id == middle));
}

#[tokio::test]
async fn a_list_is_filtered_sorted_and_cut() {
    let world = World::new();
    let account = world.author.account;
    let mut ids = Vec::new();
    for name in ["b 100%", "c", "a 1000"] {
        ids.push(world.root(name).await);
        world.advance(DAY);
    }
    ids.push(world.create("a_sub", below(ids[0], 0)).await.unwrap());
    let list = async |filter: AuthorityFilter, order, direction, page: (u32, u64)| {
        let query = AuthorityQuery { filter, order, direction };
        let page = Page { limit: page.0, offset: page.1 };
        let listed = world.pki.authorities(account, &query, page).await.unwrap();
        let place = |view: &pki::authority::AuthorityView| {
            ids.iter().position(|id| *id == view.authority.id).unwrap()
        };
        (listed.entries.iter().map(place).collect::<Vec<_>>(), listed.total)
    };
    let all = AuthorityFilter::default;
    let (newest, up) = (Direction::Descending, Direction::Ascending);

    let by_time = AuthorityOrder::CreationTime;
    assert_eq!(list(all(), by_time, newest, (10, 0)).await, (vec![3, 2, 1, 0], 4));
    assert_eq!(list(all(), by_time, up, (2, 1)).await, (vec![1, 2], 4));
    assert_eq!(list(all(), by_time, up, (0, 0)).await, (vec![], 4));
    let by_name = AuthorityOrder::CommonName;
    assert_eq!(list(all(), by_name, up, (10, 0)).await, (vec![2, 3, 0, 1], 4));
    let named = AuthorityFilter { name: Some("100".to_owned()), ..all() };
    assert_eq!(list(named, by_name, up, (10, 0)).await, (vec![2, 0], 2));
    for (name, places) in [("%", vec![0]), ("_", vec![3]), ("A", vec![]), ("*", vec![])] {
        let named = AuthorityFilter { name: Some(name.to_owned()), ..all() };
        assert_eq!(list(named, by_name, up, (10, 0)).await.0, places, "{name}");
    }
}

#[tokio::test]
async fn tags_are_written_all_or_none_and_overwrite_their_key() {
    let world = World::new();
    let account = world.author.account;
    let id = world.root("Root").await;
    let tag = |key: &str, value: &str| Tag::new(key, value).unwrap();
    let tags = [tag("team", "a"), tag("stage", ""), tag("team", "b")];
    world.pki.tag_authority(&world.author, id, &tags).await.unwrap();
    let shown = async || {
        let tags = world.pki.authority_tags(account, id).await.unwrap();
        let owned = |(key, value): (&str, &str)| format!("{key}={value}");
        tags.iter().map(owned).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, ["stage=", "team=b"]);

    let many: Vec<Tag> = (0..19).map(|number| tag(&format!("k{number}"), "v")).collect();
    let refused = world.pki.tag_authority(&world.author, id, &many).await;
    assert!(matches!(refused, Err(Error::TooManyTags { most: 20 })));
    assert_eq!(shown().await, ["stage=", "team=b"]);

    let keys = ["stage".to_owned(), "other".to_owned()];
    world.pki.untag_authority(&world.author, id, &keys).await.unwrap();
    assert_eq!(shown().await, ["team=b"]);
    let attributes = world.pki.authority_attributes(account, id).await.unwrap();
    assert_eq!(attributes.tags.value("team"), Some("b"));
    let all = world.pki.account_authority_tags(account).await.unwrap();
    assert_eq!(all.into_iter().collect::<Vec<_>>(), [("team".into(), vec!["b".into()])]);
}

#[tokio::test]
async fn another_accounts_authority_is_not_there() {
    let world = World::new();
    let id = world.root("Root").await;
    let stranger = world.stranger();
    let pki = &world.pki;
    let days = PendingDays::default();
    let reason = RevocationReason::Unspecified;

    let refusals = [
        pki.disable_authority(&stranger, id).await,
        pki.enable_authority(&stranger, id).await,
        pki.restore_authority(&stranger, id).await,
        pki.revoke_authority(&stranger, id, reason).await,
        pki.delete_authority(&stranger, id, days).await.map(drop),
        pki.tag_authority(&stranger, id, &[]).await,
        pki.untag_authority(&stranger, id, &[]).await,
        pki.authority_tags(stranger.account, id).await.map(drop),
        pki.authority_attributes(stranger.account, id).await.map(drop),
    ];

    for refusal in refusals {
        assert!(matches!(refusal, Err(Error::AuthorityNotFound(_))), "{refusal:?}");
    }
    let query = AuthorityQuery::default();
    let page = Page { limit: 10, offset: 0 };
    assert_eq!(pki.authorities(stranger.account, &query, page).await.unwrap().total, 0);
    assert_eq!(status(&world, id).await, Status::Active);
}
