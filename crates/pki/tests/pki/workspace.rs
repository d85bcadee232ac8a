//! Workspace transactions.

use std::time::Duration;

use ledger::{Counter, Quota, RowId, Table};
use pki::authority::Plan;
use pki::workspace::{TransactionId, WorkspaceImport, WorkspaceRequest};
use pki::{DistinguishedName, Error, Field, WorkspaceTransactions};
use x509::{
    AttributeType, BasicConstraints, CertificationRequest, HashAlgorithm, KeyAlgorithm, KeyUsage,
    LineEnding, Sm2EmptyId,
};

use crate::outside::{Outside, Wish};
use crate::world::{World, below, subject};

const WEEK: Duration = Duration::from_secs(7 * 86_400);

fn transaction(id: &str) -> TransactionId {
    id.parse().unwrap()
}

fn asked(id: &str) -> WorkspaceRequest {
    WorkspaceRequest {
        transaction: transaction(id),
        subject: subject("Desktop CA"),
        key_algorithm: KeyAlgorithm::EcP256,
        hash: HashAlgorithm::Sha256,
    }
}

async fn request(world: &World, id: &str) -> Result<CertificationRequest, Error> {
    let der = world.pki.workspace_request(&world.author, world.project, asked(id)).await?;
    Ok(CertificationRequest::from_der(&der).unwrap())
}

fn import_of(id: &str, pem: String) -> WorkspaceImport {
    WorkspaceImport {
        transaction: transaction(id),
        subject: subject("Desktop CA"),
        key_algorithm: KeyAlgorithm::EcP256,
        pem,
        crl: None,
    }
}

/// A certificate for the request with the chain behind it.
fn certified(world: &World, request: &CertificationRequest) -> String {
    let now = world.now();
    let root = Outside::root("Outer root", now);
    let wish = Wish::good(request.subject().clone(), request.public_key(), now);
    let certificate = root.issue(&wish).to_pem(LineEnding::Lf);
    certificate + &root.certificate.to_pem(LineEnding::Lf)
}

fn used(world: &World) -> i64 {
    world.store.used(&Counter::of_project(Quota::WorkspaceAuthorities, world.project))
}

#[tokio::test]
async fn a_request_asks_for_an_authority() {
    let world = World::new();

    let request = request(&world, "string").await.unwrap();

    assert!(request.verify(Sm2EmptyId::Refuse).is_ok());
    assert_eq!(request.basic_constraints(), Some(BasicConstraints::Ca { path_len: None }));
    let usage = KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN);
    assert_eq!(request.key_usage(), Some(usage));
    assert!(request.extensions().iter().all(|extension| extension.critical));
    let kinds: Vec<_> =
        request.subject().attributes().filter_map(x509::name::Attribute::kind).collect();
    assert_eq!(kinds[0], AttributeType::Country);
    assert_eq!(kinds[5], AttributeType::CommonName);
}

#[tokio::test]
async fn the_same_request_again_gives_the_same_bytes() {
    let world = World::new();
    let project = world.project;

    let first = world.pki.workspace_request(&world.author, project, asked("a")).await.unwrap();
    let again = world.pki.workspace_request(&world.author, project, asked("a")).await.unwrap();

    assert_eq!(first, again);
    assert_eq!((world.keys.made(), used(&world), world.store.events().len()), (1, 1, 1));
}

#[tokio::test]
async fn another_request_under_the_same_id_is_refused() {
    let world = World::new();
    request(&world, "a").await.unwrap();
    for other in [
        WorkspaceRequest { subject: subject("Other"), ..asked("a") },
        WorkspaceRequest { key_algorithm: KeyAlgorithm::EcP384, ..asked("a") },
        WorkspaceRequest { hash: HashAlgorithm::Sha512, ..asked("a") },
    ] {
        let refused = world.pki.workspace_request(&world.author, world.project, other).await;
        assert!(matches!(refused, Err(Error::TransactionConflict(_))));
    }
}

#[tokio::test]
async fn a_lower_case_country_is_refused() {
    let world = World::new();
    let lower = DistinguishedName { country: "cn".to_owned(), ..subject("Desktop CA") };
    let asked = WorkspaceRequest { subject: lower, ..asked("a") };

    let refused = world.pki.workspace_request(&world.author, world.project, asked).await;

    assert!(matches!(refused, Err(Error::Invalid { field: Field::Country, .. })));
}

/// The transactions whose expiry was told.
fn told_expiries(world: &World) -> Vec<String> {
    let events = world.store.events().into_iter();
    let told = events.filter(|event| event.action == "expire_workspace_request");
    let mut ids: Vec<String> =
        told.map(|event| event.object.unwrap().rsplit('/').next().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn a_project_has_three_and_expired_ones_make_room() {
    let world = World::new();
    for id in ["a", "b", "c"] {
        request(&world, id).await.unwrap();
    }

    let refused = request(&world, "d").await;
    world.advance(WEEK);
    let allowed = request(&world, "d").await;

    assert!(matches!(refused, Err(Error::QuotaReached { quota: Quota::WorkspaceAuthorities, .. })));
    assert!(allowed.is_ok());
    assert_eq!(used(&world), 1);
    assert_eq!(world.store.rows(Table::WorkspaceTransactions), 1);
    assert_eq!(world.store.rows(Table::Keys), 1);
    assert_eq!(told_expiries(&world), ["a", "b", "c"]);
}

#[tokio::test]
async fn an_expired_id_is_free_again() {
    let world = World::new();
    let old = request(&world, "a").await.unwrap();
    world.advance(WEEK);

    let new = request(&world, "a").await.unwrap();

    assert_ne!(old.public_key(), new.public_key());
    assert_eq!((used(&world), world.store.rows(Table::Keys)), (1, 1));
    assert_eq!(told_expiries(&world), ["a"]);
}

#[tokio::test]
async fn an_import_completes_the_transaction() {
    let world = World::new();
    let request = request(&world, "a").await.unwrap();
    let pem = certified(&world, &request);

    let import = import_of("a", pem);
    let id = world.pki.import_workspace_authority(&world.author, world.project, import.clone());
    let id = id.await.unwrap();

    assert_eq!(used(&world), 1);
    assert_eq!(world.store.rows(Table::Authorities), 1);
    let account = world.author.account;
    let hidden = world.pki.authority(account, id).await;
    assert!(matches!(hidden, Err(Error::AuthorityNotFound(_))));
    let exported = world.pki.export_authority(account, id).await;
    assert!(matches!(exported, Err(Error::AuthorityNotFound(_))));
    let child = world.create("Child", below(id, 0)).await;
    assert!(matches!(child, Err(Error::AuthorityNotFound(_))));
    let again = world.pki.import_workspace_authority(&world.author, world.project, import).await;
    assert!(matches!(again, Err(Error::TransactionConflict(_))));
    let reused = world.pki.workspace_request(&world.author, world.project, asked("a")).await;
    assert!(matches!(reused, Err(Error::TransactionConflict(_))));
}

#[tokio::test]
async fn line_ends_may_be_crlf_or_written_out() {
    for ending in ["\r\n", "\\n", "\\r\\n"] {
        let world = World::new();
        let request = request(&world, "a").await.unwrap();
        let pem = certified(&world, &request).replace('\n', ending);

        let import = import_of("a", pem);
        let imported =
            world.pki.import_workspace_authority(&world.author, world.project, import).await;

        assert!(imported.is_ok(), "{ending:?} {imported:?}");
    }
}

#[tokio::test]
async fn what_is_repeated_must_be_what_was_asked() {
    let world = World::new();
    let request = request(&world, "a").await.unwrap();
    let good = import_of("a", certified(&world, &request));
    let shouted =
        DistinguishedName { common_name: "DESKTOP  ca".to_owned(), ..good.subject.clone() };
    for (import, field) in [
        (WorkspaceImport { subject: subject("Other"), ..good.clone() }, Field::Subject),
        (
            WorkspaceImport { key_algorithm: KeyAlgorithm::EcP384, ..good.clone() },
            Field::KeyAlgorithm,
        ),
        (WorkspaceImport { pem: "nothing".to_owned(), ..good.clone() }, Field::Certificate),
        (WorkspaceImport { pem: String::new(), ..good.clone() }, Field::Certificate),
    ] {
        let refused =
            world.pki.import_workspace_authority(&world.author, world.project, import).await;
        assert!(matches!(refused, Err(Error::Invalid { field: found, .. }) if found == field));
    }

    let import = WorkspaceImport { subject: shouted, ..good };
    assert!(
        world.pki.import_workspace_authority(&world.author, world.project, import).await.is_ok()
    );
}

#[tokio::test]
async fn a_transaction_that_is_not_there_or_has_expired_is_not_found() {
    let world = World::new();
    let request = request(&world, "a").await.unwrap();
    let import = import_of("a", certified(&world, &request));
    let unknown = WorkspaceImport { transaction: transaction("b"), ..import.clone() };

    let unknown = world.pki.import_workspace_authority(&world.author, world.project, unknown).await;
    world.advance(WEEK);
    let expired = world.pki.import_workspace_authority(&world.author, world.project, import).await;

    assert!(matches!(unknown, Err(Error::TransactionNotFound)));
    assert!(matches!(expired, Err(Error::TransactionNotFound)));
}

#[tokio::test]
async fn private_ca_quotas_do_not_count_workspace() {
    let world = World::new();
    request(&world, "a").await.unwrap();

    world.create("Waiting", Plan::Pending { key_usage: None }).await.unwrap();

    let counter = Counter::of_account(Quota::Authorities, world.author.account);
    assert_eq!((world.store.used(&counter), used(&world)), (1, 1));
}

#[tokio::test]
async fn many_at_once_stay_within_the_quota() {
    let world = World::new();
    let mut tasks = Vec::new();
    for number in 0..8 {
        let (pki, author, project) = (world.pki.clone(), world.author.clone(), world.project);
        tasks.push(tokio::spawn(async move {
            let asked = asked(&format!("t{number}"));
            pki.workspace_request(&author, project, asked).await.is_ok()
        }));
    }
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap());
    }

    assert_eq!((won, used(&world)), (3, 3));
}

#[tokio::test]
async fn a_transaction_that_is_dropped_while_it_is_imported_is_not_found() {
    let world = World::new();
    let request = request(&world, "a").await.unwrap();
    let import = import_of("a", certified(&world, &request));
    let found = world.store.transaction(world.project, &transaction("a")).await.unwrap().unwrap();
    let key = RowId::new(Table::Keys, found.value.key);
    world.store.remove_before_key(vec![found.value.row(), key]);

    let imported = world.pki.import_workspace_authority(&world.author, world.project, import).await;

    assert!(matches!(imported, Err(Error::TransactionNotFound)), "{imported:?}");
}

#[tokio::test]
async fn keys_of_transactions_are_closed_when_they_go() {
    let world = World::new();
    let mut keys = Vec::new();
    for id in ["dropped", "expired", "again"] {
        request(&world, id).await.unwrap();
        let found = world.store.transaction(world.project, &transaction(id)).await.unwrap();
        keys.push(found.unwrap().value.key);
    }

    let dropped = transaction("dropped");
    world.pki.delete_workspace_request(&world.author, world.project, &dropped).await.unwrap();
    world.advance(WEEK);
    request(&world, "again").await.unwrap();
    world.pki.expire_workspace_requests(&world.lease()).await.unwrap();

    let mut forgotten = world.keys.forgotten();
    forgotten.sort_unstable();
    keys.sort_unstable();
    assert_eq!(forgotten, keys);
}
