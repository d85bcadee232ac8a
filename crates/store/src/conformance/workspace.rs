//! Lists of certification requests, and what Workspace keeps.

use std::sync::Arc;

use ledger::{Timestamp, Version};
use pki::authority::Home;
use pki::csr::{Csr, CsrFilter};
use pki::workspace::{Transaction, TransactionState};
use pki::{Listed, Page};
use x509::key::{HashAlgorithm, KeyAlgorithm};

use super::Ledger;
use super::fixtures::{
    NOW, changes, committed_account, csr, distinguished_name, project, root, transaction,
};
use super::ledger_port::commit_pki;

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millis(milliseconds)
}

const fn page(limit: u32, offset: u64) -> Page {
    Page { limit, offset }
}

fn named(listed: &Listed<Csr>) -> (Vec<&str>, u64) {
    (listed.entries.iter().map(|csr| csr.name.as_str()).collect(), listed.total)
}

/// Pages of certification requests.
pub async fn csrs_are_filtered_and_paged_newest_first(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (other, _) = committed_account(&ledger).await;
    let mut all: Vec<Csr> = Vec::new();
    for (time, name, algorithm) in [
        (1, "100%", KeyAlgorithm::EcP256),
        (2, "a_b", KeyAlgorithm::Sm2),
        (2, "axb", KeyAlgorithm::EcP256),
        (3, "北京 100", KeyAlgorithm::EcP256),
    ] {
        all.push(Csr { name: name.into(), algorithm, created_at: at(time), ..csr(account.id) });
    }
    // Two of one millisecond: the identifier decides.
    let (second, third) = (all[1].id, all[2].id);
    (all[1].id, all[2].id) = (second.min(third), second.max(third));
    let insert = changes().insert(csr(other.id));
    let insert = all.iter().fold(insert, |changes, csr| changes.insert(csr.clone()));
    commit_pki(&ledger, insert).await.expect("all are inserted");

    let list = async |name: Option<&str>, algorithm, page| {
        let filter = CsrFilter { name: name.map(str::to_owned), algorithm };
        ledger.csrs(account.id, &filter, page).await.expect("reads")
    };
    let whole = list(None, None, page(10, 0)).await;
    all.reverse();
    assert_eq!((whole.entries, whole.total), (all, 4));
    for (name, algorithm, page, found, total) in [
        (None, None, page(2, 1), vec!["axb", "a_b"], 4),
        (None, None, page(2, 4), vec![], 4),
        (None, None, page(2, u64::MAX), vec![], 4),
        (Some("100"), None, page(10, 0), vec!["北京 100", "100%"], 2),
        (Some("%"), None, page(10, 0), vec!["100%"], 1),
        (Some("_"), None, page(10, 0), vec!["a_b"], 1),
        (Some("A"), None, page(10, 0), vec![], 0),
        (Some("a"), Some(KeyAlgorithm::Sm2), page(10, 0), vec!["a_b"], 1),
        (None, Some(KeyAlgorithm::EcP256), page(1, 1), vec!["axb"], 3),
        (None, Some(KeyAlgorithm::Rsa4096), page(10, 0), vec![], 0),
    ] {
        let listed = list(name, algorithm, page).await;
        assert_eq!(named(&listed), (found, total), "{name:?} {algorithm:?} {page:?}");
    }
}

/// The authorities that live in a project.
pub async fn authorities_of_a_project_come_newest_first(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (other, _) = committed_account(&ledger).await;
    let (project, elsewhere) = (project(&account).id, project(&account).id);
    let [mut old, mut new, mut far] = [(); 3].map(|()| root(account.id));
    (old.created_at, new.created_at) = (at(1), at(2));
    old.home = Home::Workspace(project);
    new.home = Home::Workspace(project);
    far.home = Home::Workspace(elsewhere);
    let all =
        changes().insert(old.clone()).insert(new.clone()).insert(far).insert(root(account.id));
    commit_pki(&ledger, all).await.expect("all are inserted");

    let found = async |account, page| {
        let found = ledger.authorities_of_project(account, project, page).await.expect("reads");
        found.into_iter().map(|authority| authority.id).collect::<Vec<_>>()
    };
    assert_eq!(found(account.id, page(10, 0)).await, [new.id, old.id]);
    assert_eq!(found(account.id, page(1, 1)).await, [old.id]);
    assert!(found(account.id, page(10, 2)).await.is_empty());
    assert!(found(other.id, page(10, 0)).await.is_empty());
}

/// An expired transaction gives its row to its successor.
pub async fn a_transaction_is_replaced_by_another_request(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let project = project(&account).id;
    let old = transaction(project, account.id);
    let insert = changes().insert(old.clone());
    commit_pki(&ledger, insert).await.expect("a transaction is inserted");
    let new = Transaction {
        id: old.id.clone(),
        distinguished_name: pki::DistinguishedName {
            common_name: "Another".into(),
            ..distinguished_name()
        },
        key_algorithm: KeyAlgorithm::Rsa2048,
        hash: HashAlgorithm::Sha256,
        request: vec![0x30, 1, 7],
        created_at: at(NOW.as_millis() + 1),
        ..transaction(project, account.id)
    };

    let replace = changes().replace(new.clone(), Version(1));
    commit_pki(&ledger, replace).await.expect("it is replaced");

    let read = ledger.transaction(project, &old.id).await.expect("reads").expect("it is there");
    assert_ne!(new.key, old.key);
    assert_eq!((format!("{:?}", read.value), read.version), (format!("{new:?}"), Version(2)));
}

/// What has waited for a certificate longest, in all projects.
pub async fn transactions_that_waited_longest_are_found(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let mut all = Vec::new();
    for (time, state) in [
        (3, TransactionState::Pending),
        (1, TransactionState::Pending),
        (2, TransactionState::Consumed(root(account.id).id)),
        (2, TransactionState::Pending),
        (4, TransactionState::Pending),
    ] {
        let mut waiting = transaction(project(&account).id, account.id);
        (waiting.created_at, waiting.state) = (at(time), state);
        all.push(waiting);
    }
    let insert = all.iter().fold(changes(), |changes, waiting| changes.insert(waiting.clone()));
    commit_pki(&ledger, insert).await.expect("all are inserted");

    let found = async |created, limit| {
        let found = ledger.transactions_waiting_since(at(created), limit).await.expect("reads");
        found.into_iter().map(|found| found.value.id).collect::<Vec<_>>()
    };
    assert_eq!(found(3, 9).await, [&all[1], &all[3], &all[0]].map(|waiting| waiting.id.clone()));
    assert_eq!(found(3, 1).await, [all[1].id.clone()]);
    assert!(found(0, 9).await.is_empty());
}
