//! Many at once. Each case repeats, since a race that is lost once in three runs is lost.

use std::sync::Arc;

use ledger::{AccountId, CaId, CommitError, Version};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::Ledger;
use super::fixtures::{changes, child, committed_account, csr, project, root};
use super::ledger_port::{commit_iam, commit_pki, conflicts};

/// How often a race is run.
const ROUNDS: i64 = 25;
/// How many run.
const RUNNERS: usize = 16;

/// Of many that replace a row at one version, one wins.
pub async fn each_version_is_replaced_by_one_of_many(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    for round in 1..=ROUNDS {
        let start = Arc::new(Barrier::new(RUNNERS));
        let mut tasks = JoinSet::new();
        for _ in 0..RUNNERS {
            let (ledger, account, start) = (ledger.clone(), account.clone(), start.clone());
            tasks.spawn(async move {
                start.wait().await;
                let replace = changes().replace(account, Version(round));
                commit_iam(&ledger, replace).await
            });
        }
        let fates = tasks.join_all().await;

        assert_eq!(fates.iter().filter(|fate| fate.is_ok()).count(), 1);
        assert_eq!(fates.iter().filter(|fate| conflicts(fate)).count(), RUNNERS - 1);
    }
    let read = ledger.account(account.id).await.expect("reads").expect("is there");
    assert_eq!(read.version, Version(1 + ROUNDS));
}

/// Of many that insert one name, one wins.
pub async fn one_of_many_inserts_of_a_name_wins(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    for round in 0..ROUNDS {
        let mut tasks = JoinSet::new();
        for _ in 0..RUNNERS {
            let mut project = project(&account);
            project.name = format!("round {round}");
            let ledger = ledger.clone();
            tasks.spawn(async move { commit_iam(&ledger, changes().insert(project)).await });
        }
        let fates = tasks.join_all().await;

        assert_eq!(fates.iter().filter(|fate| fate.is_ok()).count(), 1);
        assert_eq!(fates.iter().filter(|fate| conflicts(fate)).count(), RUNNERS - 1);
    }
}

/// The enterprise project of an issuer that issues no longer.
const CLOSED: &str = "closed";

/// Children are issued while their issuer is closed. Once the closing is answered, no child
/// appears that was not there.
pub async fn no_child_appears_after_its_issuer_was_replaced(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    for round in 0..ROUNDS {
        let issuer = root(account.id);
        let insert = changes().insert(issuer.clone());
        commit_pki(&ledger, insert).await.expect("an issuer is inserted");
        let start = Arc::new(Barrier::new(RUNNERS + 1));
        let mut tasks = JoinSet::new();
        let mut children = Vec::new();
        for _ in 0..RUNNERS {
            let child = child(account.id, issuer.id);
            children.push(child.id);
            let (ledger, start) = (ledger.clone(), start.clone());
            let issuer = issuer.id;
            tasks.spawn(async move {
                let read = ledger.authority(account.id, issuer).await.expect("reads");
                let read = read.expect("is there");
                start.wait().await;
                if read.value.enterprise_project == CLOSED {
                    return Err(CommitError::Conflict);
                }
                let insert = changes().insert(child).expect(read.value.row(), read.version);
                commit_pki(&ledger, insert).await
            });
        }

        start.wait().await;
        for _ in 0..round % 5 {
            tokio::task::yield_now().await;
        }
        let mut closed = issuer.clone();
        CLOSED.clone_into(&mut closed.enterprise_project);
        let replace = changes().replace(closed, Version(1));
        commit_pki(&ledger, replace).await.expect("nothing else replaces the issuer");
        let at_the_answer = present(&ledger, account.id, &children).await;
        let fates = tasks.join_all().await;
        let at_the_end = present(&ledger, account.id, &children).await;

        assert_eq!(at_the_answer, at_the_end);
        assert_eq!(fates.iter().filter(|fate| fate.is_ok()).count(), at_the_end.len());
        let refused = fates.iter().filter(|fate| conflicts(fate)).count();
        assert_eq!(refused, RUNNERS - at_the_end.len());
    }
}

/// Which of these authorities are there.
async fn present(ledger: &Arc<dyn Ledger>, account: AccountId, of: &[CaId]) -> Vec<CaId> {
    let mut present = Vec::new();
    for id in of {
        if ledger.authority(account, *id).await.expect("reads").is_some() {
            present.push(*id);
        }
    }
    present
}

/// Change sets that share a commit with refused ones come true, and the refused ones do not.
pub async fn neighbours_of_a_refused_change_set_become_true(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let there = csr(account.id);
    commit_pki(&ledger, changes().insert(there.clone())).await.expect("is inserted");
    for _ in 0..5 {
        let mut tasks = JoinSet::new();
        for number in 0..64 {
            let csr = csr(account.id);
            let id = csr.id;
            let mut insert = changes().insert(csr);
            match number % 4 {
                // Refused when it is written, after its first row.
                1 => insert = insert.insert(there.clone()),
                // Refused when it is checked.
                2 => insert = insert.expect(there.row(), Version(7)),
                _ => {}
            }
            let ledger = ledger.clone();
            tasks.spawn(async move { (id, number % 4, commit_pki(&ledger, insert).await) });
        }

        for (id, kind, fate) in tasks.join_all().await {
            let read = ledger.csr(account.id, id).await.expect("reads");
            if matches!(kind, 1 | 2) {
                assert!(conflicts(&fate), "{fate:?}");
                assert!(read.is_none());
            } else {
                fate.expect("a neighbour comes true");
                assert!(read.is_some());
            }
        }
    }
}

/// A read that begins after a commit was answered sees it.
pub async fn what_was_answered_is_read(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let mut tasks = JoinSet::new();
    for _ in 0..RUNNERS {
        let ledger = ledger.clone();
        tasks.spawn(async move {
            for _ in 0..ROUNDS {
                let csr = csr(account.id);
                let id = csr.id;
                let insert = changes().insert(csr);
                commit_pki(&ledger, insert).await.expect("is inserted");
                assert!(ledger.csr(account.id, id).await.expect("reads").is_some());
            }
        });
    }
    tasks.join_all().await;
}
