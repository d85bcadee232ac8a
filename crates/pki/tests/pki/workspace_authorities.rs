//! Workspace authorities, and the places that they take.

use std::time::Duration;

use ledger::system::SystemRandom;
use ledger::{CaId, ChangeId, Changes, Counter, ProjectId, Quota, Table, Timestamp};
use pki::crl::{CrlAddress, CrlConfiguration, List};
use pki::workspace::{
    NewWorkspaceAuthority, WorkspaceImport, WorkspaceRequest, WorkspaceStatus, WorkspaceSwitch,
};
use pki::{Error, Page, Revocation, RevocationReason, Store};
use x509::{
    CertificationRequest, Criticality, CrlNumber, ExtensionValue, HashAlgorithm, KeyAlgorithm,
    KeyUsage, LineEnding, RevocationList, SerialNumber,
};

use crate::memory::Fault;
use crate::outside::{Outside, Wish};
use crate::world::{World, subject, years};

const DAY: Duration = Duration::from_secs(86_400);
const ALL: Page = Page { limit: 100, offset: 0 };

fn new() -> NewWorkspaceAuthority {
    NewWorkspaceAuthority {
        subject: subject("Desktop root"),
        key_algorithm: KeyAlgorithm::EcP256,
        hash: HashAlgorithm::Sha256,
        validity: years(10),
        crl: CrlConfiguration { enabled: true, address: CrlAddress::System, valid_days: 7 },
    }
}

pub(crate) async fn create(world: &World) -> Result<CaId, Error> {
    world.pki.create_workspace_authority(&world.author, world.project, new()).await
}

async fn request(world: &World, id: &str) -> Result<Vec<u8>, Error> {
    let asked = WorkspaceRequest {
        transaction: id.parse().unwrap(),
        subject: subject("Desktop CA"),
        key_algorithm: KeyAlgorithm::EcP256,
        hash: HashAlgorithm::Sha256,
    };
    world.pki.workspace_request(&world.author, world.project, asked).await
}

async fn crl(world: &World, id: CaId) -> Result<RevocationList, Error> {
    let export = world.pki.export_workspace_crl(&world.author, world.project, id).await?;
    Ok(RevocationList::from_der(&export.content).unwrap())
}

fn used(world: &World) -> i64 {
    world.store.used(&Counter::of_project(Quota::WorkspaceAuthorities, world.project))
}

fn rows(world: &World) -> [usize; 4] {
    [Table::Authorities, Table::Keys, Table::Crls, Table::WorkspaceTransactions]
        .map(|table| world.store.rows(table))
}

#[tokio::test]
async fn no_key_is_made_where_there_is_no_place() {
    let world = World::new();
    create(&world).await.unwrap();
    request(&world, "a").await.unwrap();
    request(&world, "b").await.unwrap();
    let made = world.keys.made();

    let created = create(&world).await;
    let asked = request(&world, "c").await;

    for refused in [created.map(|_| ()), asked.map(|_| ())] {
        let quota = Quota::WorkspaceAuthorities;
        assert!(
            matches!(refused, Err(Error::QuotaReached { quota: found, most: 3 }) if found == quota)
        );
    }
    assert_eq!(world.keys.made(), made);
}

#[tokio::test]
async fn an_expired_transaction_leaves_its_place_to_a_root() {
    let world = World::new();
    for id in ["a", "b", "c"] {
        request(&world, id).await.unwrap();
    }
    world.advance(7 * DAY);

    create(&world).await.unwrap();

    assert_eq!((used(&world), rows(&world)), (1, [1, 1, 1, 0]));
}

#[tokio::test]
async fn the_job_removes_what_waited_too_long_and_nothing_else() {
    let world = World::new();
    request(&world, "old").await.unwrap();
    world.advance(DAY);
    request(&world, "young").await.unwrap();
    create(&world).await.unwrap();
    world.advance(6 * DAY - Duration::from_millis(1));
    assert_eq!(world.pki.expire_workspace_requests(&world.lease()).await.unwrap(), 0);

    world.advance(Duration::from_millis(1));
    let first = world.pki.expire_workspace_requests(&world.lease()).await.unwrap();
    let again = world.pki.expire_workspace_requests(&world.lease()).await.unwrap();

    assert_eq!((first, again), (1, 0));
    assert_eq!((used(&world), rows(&world)), (2, [1, 2, 1, 1]));
    let event = world.store.events().pop().unwrap();
    assert_eq!(
        (event.action, event.origin.actor),
        ("expire_workspace_request", ledger::Actor::Server)
    );
    assert_eq!(event.object, Some(format!("{}/old", world.project)));
}

#[tokio::test]
async fn the_job_leaves_what_somebody_else_is_changing_for_the_next_time() {
    let world = World::new();
    request(&world, "a").await.unwrap();
    world.advance(7 * DAY);
    world.store.fail_next(vec![Fault::Conflict]);

    let first = world.pki.expire_workspace_requests(&world.lease()).await.unwrap();
    let second = world.pki.expire_workspace_requests(&world.lease()).await.unwrap();

    assert_eq!((first, second, used(&world)), (0, 1, 0));
}

#[tokio::test]
async fn a_deletion_takes_key_and_crl_along_and_gives_the_place_back() {
    let world = World::new();
    let id = create(&world).await.unwrap();
    crl(&world, id).await.unwrap();
    world.store.fail_next(vec![Fault::Conflict]);

    world.pki.delete_workspace_authority(&world.author, world.project, id).await.unwrap();

    assert_eq!((used(&world), rows(&world)), (0, [0, 0, 0, 0]));
    let again = world.pki.delete_workspace_authority(&world.author, world.project, id).await;
    assert!(matches!(again, Err(Error::AuthorityNotFound(found)) if found == id));
    assert_eq!(used(&world), 0);
}

#[tokio::test]
async fn a_transaction_that_waits_is_dropped_with_its_key() {
    let world = World::new();
    request(&world, "a").await.unwrap();
    let id = "a".parse().unwrap();

    let stranger = world.pki.delete_workspace_request(&world.stranger(), world.project, &id).await;
    world.pki.delete_workspace_request(&world.author, world.project, &id).await.unwrap();
    let again = world.pki.delete_workspace_request(&world.author, world.project, &id).await;

    assert!(matches!(stranger, Err(Error::TransactionNotFound)));
    assert!(matches!(again, Err(Error::TransactionNotFound)));
    assert_eq!((used(&world), rows(&world)), (0, [0, 0, 0, 0]));
}

#[tokio::test]
async fn nothing_of_another_project_is_found() {
    let world = World::new();
    let id = create(&world).await.unwrap();
    let elsewhere = ProjectId::generate(&*world.clock, &ledger::system::SystemRandom);
    let (account, author) = (world.author.account, &world.author);

    let list = world.pki.workspace_authorities(account, elsewhere, ALL).await.unwrap();
    assert!(list.is_empty());
    for refused in [
        world.pki.workspace_authority(account, elsewhere, id).await.map(|_| ()),
        world.pki.export_workspace_authority(account, elsewhere, id).await.map(|_| ()),
        world.pki.export_workspace_crl(author, elsewhere, id).await.map(|_| ()),
        world.pki.delete_workspace_authority(author, elsewhere, id).await,
        world.pki.set_workspace_status(author, elsewhere, id, WorkspaceSwitch::Disable).await,
        world.pki.authority(account, id).await.map(|_| ()),
    ] {
        assert!(matches!(refused, Err(Error::AuthorityNotFound(found)) if found == id));
    }
}

#[tokio::test]
async fn a_status_that_changes_in_between_is_read_again() {
    let world = World::new();
    let id = create(&world).await.unwrap();
    let row = ledger::RowId::new(Table::Authorities, id);
    world.store.fail_next(vec![Fault::Touch(row)]);

    let disable = WorkspaceSwitch::Disable;
    world.pki.set_workspace_status(&world.author, world.project, id, disable).await.unwrap();

    let (shown, _) =
        world.pki.workspace_authority(world.author.account, world.project, id).await.unwrap();
    assert_eq!(shown.status, WorkspaceStatus::Disabled);
}

#[tokio::test]
async fn a_crl_is_recorded_before_it_is_handed_out() {
    let world = World::new();
    let id = create(&world).await.unwrap();
    world.store.fail_next(vec![Fault::Failed]);

    let refused = crl(&world, id).await;
    let made = crl(&world, id).await.unwrap();

    assert!(matches!(refused, Err(Error::Internal(_))));
    assert_eq!(crl(&world, id).await.unwrap(), made);
    let event = world.store.events().pop().unwrap();
    let number = made.number().and_then(CrlNumber::to_u64).unwrap();
    assert_eq!(event.detail, Some(format!("CRL number {number}")));
}

#[tokio::test]
async fn of_many_crls_at_once_one_is_made() {
    let world = World::new();
    let id = create(&world).await.unwrap();
    world.store.fail_next(vec![Fault::Conflict]);

    let first = crl(&world, id).await.unwrap();
    let second = crl(&world, id).await.unwrap();

    assert_eq!(first, second);
    let told = world.store.events().into_iter().filter(|e| e.action == "export_workspace_crl");
    assert_eq!(told.count(), 1);
}

#[tokio::test]
async fn an_authority_that_was_deleted_in_between_gives_no_crl() {
    let world = World::new();
    let id = create(&world).await.unwrap();
    let row = ledger::RowId::new(Table::Authorities, id);
    world.store.fail_next(vec![Fault::Touch(row)]);
    let before = world.store.attempts();

    crl(&world, id).await.unwrap();
    let decided = world.store.attempts() - before;
    world.pki.delete_workspace_authority(&world.author, world.project, id).await.unwrap();

    assert_eq!(decided, 2, "the CRL rests on the authority as it was read");
    assert!(matches!(crl(&world, id).await, Err(Error::AuthorityNotFound(_))));
}

#[tokio::test]
async fn an_imported_certificate_decides_whether_there_are_crls() {
    for (usage, allowed) in [
        (KeyUsage::KEY_CERT_SIGN, false),
        (KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN), true),
    ] {
        let world = World::new();
        let der = request(&world, "a").await.unwrap();
        let asked = CertificationRequest::from_der(&der).unwrap();
        let outside = Outside::root("Outer root", world.now());
        let wish = Wish::good(asked.subject().clone(), asked.public_key(), world.now());
        let made = outside.issue(&wish.with(usage.to_extension(Criticality::Critical)));
        let import = WorkspaceImport {
            transaction: "a".parse().unwrap(),
            subject: subject("Desktop CA"),
            key_algorithm: KeyAlgorithm::EcP256,
            pem: made.to_pem(LineEnding::Lf),
            crl: Some(new().crl),
        };
        let imported =
            world.pki.import_workspace_authority(&world.author, world.project, import).await;

        let crl = crl(&world, imported.unwrap()).await;

        match crl {
            Ok(crl) => assert!(allowed && crl.issuer().der() == made.subject().der()),
            Err(Error::IssuerRefuses(text)) => assert!(!allowed && text.contains("cRLSign")),
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// Records that `issuer` revoked a certificate at this time, past the operations.
async fn revoke(
    world: &World,
    issuer: CaId,
    revoked_at: Timestamp,
    not_after: Timestamp,
) -> SerialNumber {
    let random: &dyn ledger::Random = &SystemRandom;
    let serial = SerialNumber::from_random(random.bytes());
    let revocation = Revocation {
        account: world.author.account,
        issuer,
        shard: None,
        serial: serial.clone(),
        revoked_at: revoked_at.floor_to_second(),
        reason: RevocationReason::Unspecified,
        not_after,
    };
    let event = world.author.event(world.now(), "revoke_certificate", issuer);
    let change = ChangeId::generate(&*world.clock, &SystemRandom);
    let changes = Changes::new(change, event).insert(revocation);
    let changes = changes.add(List::complete(issuer).unpublished(), 1, None);
    world.store.commit(changes).await.unwrap();
    serial
}

#[tokio::test]
async fn a_revocation_that_is_dated_before_the_last_crl_is_on_the_next_one() {
    let world = World::new();
    let id = create(&world).await.unwrap();
    let first = crl(&world, id).await.unwrap();
    let earlier = world.now() - Duration::from_secs(10);

    let serial = revoke(&world, id, earlier, world.now() + DAY).await;
    let second = crl(&world, id).await.unwrap();

    assert!(second.entry(&serial).is_some());
    assert_ne!(second.number(), first.number());
    assert_eq!(crl(&world, id).await.unwrap(), second);
}

#[tokio::test]
async fn an_entry_that_was_on_no_crl_past_its_end_is_on_one_before_it_leaves() {
    let world = World::new();
    let id = create(&world).await.unwrap();
    let end = world.now() + DAY;
    crl(&world, id).await.unwrap();

    let serial = revoke(&world, id, world.now(), end).await;
    let second = crl(&world, id).await.unwrap();
    world.advance(3 * DAY);
    let past_its_end = crl(&world, id).await.unwrap();
    world.advance(DAY);
    let after = crl(&world, id).await.unwrap();

    assert!(second.entry(&serial).is_some());
    assert!(past_its_end.entry(&serial).is_some());
    assert!(after.entry(&serial).is_none());
}
