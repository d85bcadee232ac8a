//! Lists, names and ends of certification requests.

use std::time::Duration;

use ledger::{Counter, Quota, RowId, Table};
use pki::company::Company;
use pki::csr::{Csr, CsrFilter, NewCsr, Usage};
use pki::{Error, Field, Page};
use x509::KeyAlgorithm;

use crate::memory::Fault;
use crate::world::World;

const ALL: Page = Page { limit: 50, offset: 0 };

async fn created(world: &World, name: &str) -> Csr {
    let new = NewCsr {
        name: name.to_owned(),
        domain_name: "a.example".to_owned(),
        sans: String::new(),
        algorithm: KeyAlgorithm::EcP256,
        usage: Usage::Personal,
        company: Company::default(),
    };
    world.pki.create_csr(&world.author, new).await.unwrap()
}

fn used(world: &World) -> i64 {
    world.store.used(&Counter::of_account(Quota::Csrs, world.author.account))
}

#[tokio::test]
async fn a_list_is_the_accounts_own() {
    let world = World::new();
    let csr = created(&world, "ours").await;

    let filter = CsrFilter::default();
    let ours = world.pki.csrs(world.author.account, &filter, ALL).await.unwrap();
    let theirs = world.pki.csrs(world.stranger().account, &filter, ALL).await.unwrap();

    assert_eq!((ours.entries, ours.total), (vec![csr], 1));
    assert_eq!((theirs.entries, theirs.total), (Vec::new(), 0));
}

#[tokio::test]
async fn a_new_name_is_all_that_changes() {
    let world = World::new();
    let csr = created(&world, "old").await;
    world.advance(Duration::from_secs(60));

    let renamed = world.pki.update_csr(&world.author, csr.id, "new").await.unwrap();

    let expected = Csr { name: "new".to_owned(), updated_at: world.now(), ..csr };
    assert_eq!(renamed, expected);
    assert_eq!(world.pki.csr(world.author.account, expected.id).await.unwrap(), expected);
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_set_back_the_last_change() {
    let world = World::new();
    let csr = created(&world, "a").await;

    let first = world.pki.update_csr(&world.author, csr.id, "b").await.unwrap();
    world.set_back(Duration::from_secs(3600));
    let second = world.pki.update_csr(&world.author, csr.id, "c").await.unwrap();

    assert_eq!(first.updated_at, csr.updated_at + Duration::from_millis(1));
    assert_eq!(second.updated_at, csr.updated_at + Duration::from_millis(2));
}

#[tokio::test]
async fn a_bad_name_changes_nothing() {
    let world = World::new();
    let csr = created(&world, "a").await;

    for name in ["", " ", "a\nb", &"n".repeat(64)] {
        let refused = world.pki.update_csr(&world.author, csr.id, name).await;
        assert!(matches!(refused, Err(Error::Invalid { field: Field::Name, .. })), "{name:?}");
    }
    assert_eq!(world.pki.csr(world.author.account, csr.id).await.unwrap(), csr);
}

#[tokio::test]
async fn a_change_in_between_is_read_again() {
    let world = World::new();
    let csr = created(&world, "a").await;

    world.store.fail_next(vec![Fault::Touch(csr.row())]);
    world.pki.update_csr(&world.author, csr.id, "b").await.unwrap();
    world.store.fail_next(vec![Fault::Touch(csr.row())]);
    world.pki.delete_csr(&world.author, csr.id).await.unwrap();

    assert_eq!(
        (used(&world), world.store.rows(Table::Csrs), world.store.rows(Table::Keys)),
        (0, 0, 0)
    );
}

#[tokio::test]
async fn a_deletion_takes_the_key_along_and_gives_the_place_back() {
    let world = World::new();
    let (csr, kept) = (created(&world, "a").await, created(&world, "b").await);

    world.pki.delete_csr(&world.author, csr.id).await.unwrap();

    assert_eq!(
        (used(&world), world.store.rows(Table::Csrs), world.store.rows(Table::Keys)),
        (1, 1, 1)
    );
    assert!(world.pki.csr(world.author.account, kept.id).await.is_ok());
    let again = world.pki.delete_csr(&world.author, csr.id).await;
    assert!(matches!(again, Err(Error::CsrNotFound(id)) if id == csr.id));
    assert_eq!(used(&world), 1);
}

#[tokio::test]
async fn an_answer_that_was_lost_does_not_delete_twice() {
    let world = World::new();
    let csr = created(&world, "a").await;
    world.store.fail_next(vec![Fault::UnknownDone]);

    world.pki.delete_csr(&world.author, csr.id).await.unwrap();

    assert_eq!(used(&world), 0);
}

#[tokio::test]
async fn an_account_changes_none_of_anothers() {
    let world = World::new();
    let csr = created(&world, "a").await;
    let other = world.stranger();

    let renamed = world.pki.update_csr(&other, csr.id, "theirs").await;
    let deleted = world.pki.delete_csr(&other, csr.id).await;

    assert!(matches!(renamed, Err(Error::CsrNotFound(_))));
    assert!(matches!(deleted, Err(Error::CsrNotFound(_))));
    assert_eq!(world.pki.csr(world.author.account, csr.id).await.unwrap(), csr);
}

#[tokio::test]
async fn a_request_that_goes_while_its_key_is_asked_for_is_not_found() {
    let world = World::new();
    let csr = created(&world, "a").await;
    let key = RowId::new(Table::Keys, csr.key.unwrap());
    world.store.remove_before_key(vec![csr.row(), key]);

    let exported = world.pki.csr_private_key(&world.author, csr.id).await;

    assert!(matches!(exported, Err(Error::CsrNotFound(id)) if id == csr.id), "{exported:?}");
}

#[tokio::test]
async fn a_key_without_its_record_is_nothing_that_a_caller_can_mend() {
    let world = World::new();
    let csr = created(&world, "a").await;
    world.store.remove_before_key(vec![RowId::new(Table::Keys, csr.key.unwrap())]);

    let exported = world.pki.csr_private_key(&world.author, csr.id).await;

    assert!(matches!(exported, Err(Error::Internal(_))), "{exported:?}");
}

#[tokio::test]
async fn a_destroyed_key_is_closed_and_no_other() {
    let world = World::new();
    let (csr, _) = (created(&world, "a").await, created(&world, "b").await);
    world.store.fail_next(vec![Fault::Conflict]);

    world.pki.update_csr(&world.author, csr.id, "c").await.unwrap();
    assert_eq!(world.keys.forgotten(), []);
    world.pki.delete_csr(&world.author, csr.id).await.unwrap();

    assert_eq!(world.keys.forgotten(), [csr.key.unwrap()]);
}

#[tokio::test]
async fn a_destroyed_key_is_closed_also_when_nobody_waits_for_the_answer() {
    let world = World::new();
    let csr = created(&world, "a").await;
    world.store.fail_next(vec![Fault::Unanswered]);

    tokio::select! {
        biased;
        answer = world.pki.delete_csr(&world.author, csr.id) => panic!("{answer:?}"),
        () = std::future::ready(()) => {}
    }

    assert_eq!(world.store.rows(Table::Keys), 0);
    assert_eq!(world.keys.forgotten(), [csr.key.unwrap()]);
}

#[tokio::test]
async fn a_key_that_could_not_be_destroyed_stays_open() {
    let world = World::new();
    let csr = created(&world, "a").await;
    world.store.fail_next(vec![Fault::Failed]);

    let refused = world.pki.delete_csr(&world.author, csr.id).await;

    assert!(matches!(refused, Err(Error::Internal(_))));
    assert_eq!(world.keys.forgotten(), []);
}
