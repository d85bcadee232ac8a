//! Several servers over one database: each case is given a ledger for each of them.

use std::sync::Arc;
use std::time::Duration;

use ledger::{AuditEvent, CaId, ChangeId, CommitError, Counter, Quota, Version};
use pki::authority::{Authority, Issuer};
use pki::certificate::Certificate;
use pki::crl::{Head, List};
use pki::lease::{Claim, Lease, Start};
use pki::workspace::{Transaction, TransactionState};
use pki::{Revocation, RevocationReason};
use tokio::task::JoinSet;

use super::Ledger;
use super::certificates::certificate;
use super::fixtures::{
    NOW, account_id, active, change_id, changes, committed_account, csr, event, issued, key,
    pending, project, root, serial, token, transaction,
};
use super::ledger_port::{commit_iam, commit_pki, conflicts, reaches_quota};

/// The servers.
pub type Nodes = Vec<Arc<dyn Ledger>>;

/// A change set's identifier and event, where neither matters.
#[must_use]
pub fn told() -> (ChangeId, AuditEvent) {
    (change_id(), event("change", None))
}

type Fate = Result<(), CommitError>;

/// Does something on every node `times` times at once.
async fn everywhere<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    nodes: &Nodes,
    times: usize,
    does: impl Fn(Arc<dyn Ledger>, usize) -> F,
) -> Vec<T> {
    let mut tasks = JoinSet::new();
    for number in 0..times {
        for node in nodes {
            tasks.spawn(does(node.clone(), number));
        }
    }
    tasks.join_all().await
}

fn count(fates: &[Fate], is: impl Fn(&Fate) -> bool) -> usize {
    fates.iter().filter(|fate| is(fate)).count()
}

/// Of many on all nodes as many win as there is room for, and what is given back is counted.
pub async fn quotas_hold_on_all_nodes(nodes: Nodes) {
    let account = account_id();
    let counter = Counter::of_account(Quota::Csrs, account);
    let add = |amount, at_most| changes::<pki::Record>().add(counter.clone(), amount, at_most);

    let fates = everywhere(&nodes, 40, |node, _| {
        let changes = add(1, Some(50)).insert(csr(account));
        async move { commit_pki(&node, changes).await }
    })
    .await;

    assert_eq!((count(&fates, Result::is_ok), count(&fates, reaches_quota)), (50, 70), "{fates:?}");
    let fates = everywhere(&nodes, 16, |node, _| {
        let changes = add(-1, None);
        async move { commit_pki(&node, changes).await }
    })
    .await;
    assert_eq!(count(&fates, Result::is_ok), 48);
    for node in &nodes {
        assert_eq!(node.count(&counter).await.expect("reads"), 2);
    }
}

/// An issuer gives a serial number once, on whichever node.
pub async fn a_serial_number_comes_once_on_all_nodes(nodes: Nodes) {
    let node = nodes.first().expect("there are nodes");
    let (account, _) = committed_account(node).await;
    let issuer = root(account.id);
    commit_pki(node, changes().insert(issuer.clone())).await.expect("an issuer is inserted");
    for _ in 0..5 {
        let number = serial();
        let fates = everywhere(&nodes, 4, |node, _| {
            let mut child = active(pending(account.id), Issuer::Authority(issuer.id));
            issued(&mut child).serial = number.clone();
            async move { commit_pki(&node, changes().insert(child)).await }
        })
        .await;

        assert_eq!((count(&fates, Result::is_ok), count(&fates, conflicts)), (1, 11), "{fates:?}");
    }
}

/// Each version of a CRL's head is replaced once, so no number comes twice.
pub async fn a_crl_is_replaced_once_on_all_nodes(nodes: Nodes) {
    let node = nodes.first().expect("there are nodes");
    let (account, _) = committed_account(node).await;
    let root = root(account.id);
    let list = List::complete(root.id);
    let head = Head {
        list,
        account: account.id,
        names: Vec::new(),
        latest: None,
        due_at: None,
        published: None,
    };
    let insert = changes().insert(head.clone()).insert(root);
    commit_pki(node, insert).await.expect("both are inserted");
    for version in 1..6 {
        let fates = everywhere(&nodes, 4, |node, _| {
            let changes = changes().replace(head.clone(), Version(version));
            async move { commit_pki(&node, changes).await }
        })
        .await;

        assert_eq!((count(&fates, Result::is_ok), count(&fates, conflicts)), (1, 11), "{fates:?}");
    }
}

/// A Workspace transaction is consumed once.
pub async fn a_transaction_is_consumed_once_on_all_nodes(nodes: Nodes) {
    let node = nodes.first().expect("there are nodes");
    let (account, _) = committed_account(node).await;
    let project = project(&account);
    let waiting = transaction(project.id, account.id);
    commit_iam(node, changes().insert(project)).await.expect("a project is inserted");
    commit_pki(node, changes().insert(waiting.clone())).await.expect("it waits");

    let fates = everywhere(&nodes, 8, |node, _| {
        let authority = pending(account.id);
        let state = TransactionState::Consumed(authority.id);
        let consumed = Transaction { state, ..waiting.clone() };
        let changes = changes().replace(consumed, Version(1)).insert(authority);
        async move { commit_pki(&node, changes).await }
    })
    .await;

    assert_eq!((count(&fates, Result::is_ok), count(&fates, conflicts)), (1, 23), "{fates:?}");
}

/// One node takes work up, and a commit under a lease that was lost does not become true.
pub async fn a_lease_is_held_once_on_all_nodes(nodes: Nodes) {
    async fn taken(node: &Arc<dyn Ledger>, lasts: Duration) -> Option<Lease> {
        let rests = Duration::from_secs(600);
        let claim = Claim { name: "work", holder: "a", lasts, rests, start: Start::AtOnce };
        node.acquire(claim).await.expect("the database answers")
    }
    let node = nodes.first().expect("there are nodes");
    let (account, _) = committed_account(node).await;
    let lost = taken(node, Duration::ZERO).await.expect("it is free");

    let leases =
        everywhere(
            &nodes,
            4,
            |node, _| async move { taken(&node, Duration::from_secs(600)).await },
        )
        .await;

    assert_eq!(leases.iter().flatten().count(), 1, "{leases:?}");
    for node in &nodes {
        let late = lost.expected_by(changes().insert(csr(account.id)));
        assert!(conflicts(&commit_pki(node, late).await));
    }
}

/// After the answer to a revocation of a token, nothing that rests on the token becomes true, on any
/// node.
pub async fn nothing_rests_on_a_revoked_token(nodes: Nodes) {
    let node = nodes.first().expect("there are nodes");
    let (account, user) = committed_account(node).await;
    for _ in 0..5 {
        let token = token(&user, iam::Scope::Domain, NOW);
        commit_iam(node, changes().insert(token.clone())).await.expect("a token is inserted");
        let counter = Counter::of_account(Quota::Csrs, account.id);
        let row = iam::Record::from(token).row();
        let using: Vec<_> =
            nodes
                .iter()
                .map(|node| {
                    let (node, row, counter) = (node.clone(), row.clone(), counter.clone());
                    tokio::spawn(async move {
                        let mut became_true = 0_i64;
                        loop {
                            let changes = changes::<pki::Record>()
                                .expect(row.clone(), Version(1))
                                .add(counter.clone(), 1, None);
                            match commit_pki(&node, changes).await {
                                Ok(()) => became_true += 1,
                                Err(CommitError::Conflict) => return became_true,
                                Err(error) => panic!("{error:?}"),
                            }
                        }
                    })
                })
                .collect();
        let before = node.count(&counter).await.expect("reads");
        tokio::time::sleep(Duration::from_millis(30)).await;

        commit_iam(node, changes().remove(row, Version(1))).await.expect("the token is revoked");
        let at_the_answer = node.count(&counter).await.expect("reads");
        let mut became_true = 0;
        for using in using {
            became_true += using.await.expect("nobody panics");
        }

        let at_the_end = node.count(&counter).await.expect("reads");
        assert_eq!(at_the_end, at_the_answer);
        assert!(at_the_end - before <= became_true);
    }
}

/// Change sets that rest on and replace the same rows in every order all end, each in its own way.
pub async fn nobody_is_in_the_way_of_others_for_ever(nodes: Nodes) {
    const ROWS: usize = 6;
    let node = nodes.first().expect("there are nodes");
    let mut rows = Vec::new();
    for _ in 0..ROWS {
        let csr = csr(account_id());
        commit_pki(node, changes().insert(csr.clone())).await.expect("it is inserted");
        rows.push(csr);
    }
    let rows = Arc::new(rows);

    let replaced = everywhere(&nodes, 8, |node, number| {
        let rows = rows.clone();
        async move {
            let mut replaced = 0;
            for round in 0..15 {
                let at =
                    |step: usize| rows.get((number * 5 + round * 7 + step) % ROWS).expect("one");
                let mut changes = changes::<pki::Record>();
                let mut last = None;
                for row in [at(0), at(if number % 2 == 0 { 1 } else { ROWS - 1 })] {
                    let read =
                        node.csr(row.account, row.id).await.expect("reads").expect("is there");
                    changes = changes.replace(read.value, read.version);
                    last = Some(row.id);
                }
                assert!(last.is_some());
                match commit_pki(&node, changes).await {
                    Ok(()) => replaced += 2,
                    Err(CommitError::Conflict) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
            replaced
        }
    })
    .await;

    let mut versions = 0;
    for row in rows.iter() {
        let read = node.csr(row.account, row.id).await.expect("reads").expect("is there");
        versions += read.version.0 - 1;
    }
    assert_eq!(versions, replaced.into_iter().sum::<i64>());
    assert!(versions > 0);
}

/// Revocations of one issuer on all nodes become visible in the order of their places.
pub async fn revocations_are_told_in_the_order_of_their_commits(nodes: Nodes) {
    let node = nodes.first().expect("there are nodes");
    let (account, _) = committed_account(node).await;
    let root = root(account.id);
    commit_pki(node, changes().insert(root.clone())).await.expect("a root is inserted");
    let list = List::complete(root.id);
    let looking = {
        let node = node.clone();
        tokio::spawn(async move {
            let mut seen = (0, 0);
            for _ in 0..100 {
                let tally =
                    node.told_by(list, pki::crl::Past::default()).await.expect("reads").tally();
                let now = (tally.through, tally.sizes.entries);
                assert!(now.0 >= seen.0 && now.1 >= seen.1, "{seen:?} {now:?}");
                assert_eq!(
                    i64::try_from(now.1).expect("few"),
                    now.0,
                    "all up to the last are seen"
                );
                seen = now;
            }
        })
    };

    let fates = everywhere(&nodes, 30, |node, _| {
        let revocation = revoked(account.id, root.id);
        async move { commit_pki(&node, changes().insert(revocation)).await }
    })
    .await;

    assert_eq!(count(&fates, Result::is_ok), 90);
    looking.await.expect("places come in order");
}

fn revoked(account: ledger::AccountId, issuer: CaId) -> Revocation {
    Revocation {
        account,
        issuer,
        shard: None,
        serial: serial(),
        revoked_at: NOW,
        reason: RevocationReason::KeyCompromise,
        not_after: NOW,
    }
}

/// One counted commit; which of many were answered with success shows in the counter.
pub async fn counted(node: &Arc<dyn Ledger>, counter: &Counter) -> Fate {
    let account = account_id();
    let changes = changes().insert(key(account, pki::KeyPurpose::Csr)).insert(csr(account)).add(
        counter.clone(),
        1,
        Some(1_000_000),
    );
    let id = changes.id();
    let fate = commit_pki(node, changes).await;
    match fate {
        Err(CommitError::Unknown) if pki::Store::committed(&**node, id).await.unwrap_or(false) => {
            Ok(())
        }
        fate => fate,
    }
}

/// Who issues certificates, and under which rows.
#[derive(Clone)]
pub struct Issuing {
    account: iam::Account,
    issuer: Authority,
    counter: Counter,
}

/// An account with an authority.
pub async fn issuing(node: &Arc<dyn Ledger>) -> Issuing {
    let (account, _) = committed_account(node).await;
    let issuer = root(account.id);
    commit_pki(node, changes().insert(issuer.clone())).await.expect("an issuer is inserted");
    let counter = Counter::of_account(Quota::Certificates, account.id);
    Issuing { account, issuer, counter }
}

/// Records one certificate as issuing does: with its content, its serial number, an event and a count,
/// while its account and its issuer stay as they are.
pub async fn issue(node: &Arc<dyn Ledger>, issuing: &Issuing) -> Fate {
    let Issuing { account, issuer, counter } = issuing;
    let certificate =
        Certificate { issuer: issuer.id, serial: serial(), ..certificate(account.id) };
    let changes = changes()
        .insert(certificate)
        .expect(account.row(), Version(1))
        .expect(issuer.row(), Version(1))
        .add(counter.clone(), 1, Some(1_000_000));
    commit_pki(node, changes).await
}

/// A counter of nobody in particular.
pub fn some_counter() -> Counter {
    Counter::of_account(Quota::Csrs, account_id())
}
