//! Conflicts, unknown fates and failures of the store.

use ledger::{RowId, Table};
use pki::Error;

use crate::memory::Fault;
use crate::world::{World, below, root};

#[tokio::test]
async fn a_conflict_is_decided_again_with_the_same_key() {
    let world = World::new();
    let issuer = world.root("Root").await;
    world.store.fail_next(vec![Fault::Conflict, Fault::Conflict]);

    world.create("Below", below(issuer, 0)).await.unwrap();

    assert_eq!(world.keys.made(), 2);
    assert_eq!(world.keys.sealed_again(), 2, "as keys are sealed by then");
    assert_eq!(world.store.rows(Table::Authorities), 2);
}

#[tokio::test]
async fn conflicts_without_end_are_told() {
    let world = World::new();
    world.store.fail_next((0..5).map(|_| Fault::Conflict).collect());

    let refused = world.create("Root", root()).await;

    assert!(matches!(refused, Err(Error::Conflict)));
    assert_eq!(world.store.rows(Table::Authorities), 0);
}

#[tokio::test]
async fn an_unknown_fate_is_looked_up() {
    let world = World::new();

    world.store.fail_next(vec![Fault::UnknownDone]);
    let done = world.create("One", root()).await.unwrap();
    world.store.fail_next(vec![Fault::UnknownLost]);
    let lost = world.create("Two", root()).await.unwrap();

    for id in [done, lost] {
        assert!(world.pki.authority(world.author.account, id).await.is_ok());
    }
    assert_eq!(world.store.rows(Table::Authorities), 2);
    assert_eq!(world.store.events().len(), 2);
}

#[tokio::test]
async fn a_failure_tells_nothing_of_the_inside() {
    let world = World::new();
    world.store.fail_next(vec![Fault::Failed]);

    let refused = world.create("Root", root()).await.unwrap_err();

    assert!(matches!(refused, Error::Internal(_)));
    assert_eq!(refused.to_string(), "internal error");
}

#[tokio::test]
async fn an_issuance_rests_on_the_issuer_and_all_above_it() {
    let world = World::new();
    let top = world.root("Root").await;
    let middle = world.create("Middle", below(top, 3)).await.unwrap();
    for (name, authority) in [("One", top), ("Two", middle)] {
        let row = RowId::new(Table::Authorities, authority);
        let before = world.store.attempts();
        world.store.fail_next(vec![Fault::Touch(row)]);

        world.create(name, below(middle, 0)).await.unwrap();

        assert_eq!(world.store.attempts() - before, 2, "{name}");
    }
}
