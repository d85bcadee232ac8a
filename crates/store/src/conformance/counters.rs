//! Counters stay within their bounds, whoever raises them at once.

use std::sync::Arc;

use ledger::{AccountId, Changes, CommitError, Counter, Quota, Version};
use tokio::task::JoinSet;

use super::Ledger;
use super::fixtures::{account, account_id, changes, committed_account, csr};
use super::ledger_port::{commit_pki, conflicts, reaches_quota};

fn counter(account: AccountId) -> Counter {
    Counter::of_account(Quota::Csrs, account)
}

fn counted(account: AccountId, at_most: i64) -> Changes<pki::Record> {
    changes().insert(csr(account)).add(counter(account), 1, Some(at_most))
}

/// The bound itself is allowed, one more is not; each scope has its own.
pub async fn a_counter_stops_at_its_bound(ledger: Arc<dyn Ledger>) {
    let (first, second) = (account_id(), account_id());
    for _ in 0..3 {
        commit_pki(&ledger, counted(first, 3)).await.expect("is within the bound");
    }

    let fate = commit_pki(&ledger, counted(first, 3)).await;

    match fate {
        Err(CommitError::QuotaReached(reached)) => assert_eq!(reached, counter(first)),
        other => panic!("{other:?}"),
    }
    assert_eq!(ledger.count(&counter(first)).await.expect("reads"), 3);
    assert_eq!(ledger.count(&counter(second)).await.expect("reads"), 0);
    commit_pki(&ledger, counted(second, 3)).await.expect("another account has its own");
    let other_quota = Counter::of_account(Quota::Authorities, first);
    let changes = changes().add(other_quota, 3, Some(3));
    commit_pki(&ledger, changes).await.expect("another quota has its own");
}

/// A removal makes room; what has no bound is counted too.
pub async fn what_is_given_back_can_be_used_again(ledger: Arc<dyn Ledger>) {
    let account = account_id();
    let unbounded = changes().add(counter(account), 2, None);
    commit_pki(&ledger, unbounded).await.expect("there is no bound");
    let fate = commit_pki(&ledger, counted(account, 2)).await;
    assert!(reaches_quota(&fate), "{fate:?}");

    let back = changes().add(counter(account), -1, None);
    commit_pki(&ledger, back).await.expect("one is given back");

    commit_pki(&ledger, counted(account, 2)).await.expect("there is room for one");
    let fate = commit_pki(&ledger, counted(account, 2)).await;
    assert!(reaches_quota(&fate), "{fate:?}");
}

/// Two additions to one counter in one change set are two.
pub async fn every_addition_of_a_change_set_counts(ledger: Arc<dyn Ledger>) {
    let account = account_id();
    let two = || changes().add(counter(account), 1, Some(3)).add(counter(account), 1, Some(3));
    commit_pki(&ledger, two()).await.expect("two are within three");

    let fate = commit_pki(&ledger, two()).await;

    assert!(reaches_quota(&fate), "{fate:?}");
    commit_pki(&ledger, counted(account, 3)).await.expect("the refused two were not counted");
}

/// A change set that is refused for another reason counts nothing.
pub async fn a_refused_change_set_counts_nothing(ledger: Arc<dyn Ledger>) {
    let (there, _) = committed_account(&ledger).await;
    for _ in 0..5 {
        let stale = counted(there.id, 1).expect(account().row(), Version(1));
        let fate = commit_pki(&ledger, stale).await;
        assert!(conflicts(&fate), "{fate:?}");
    }

    commit_pki(&ledger, counted(there.id, 1)).await.expect("nothing was counted");
}

/// Of many at once exactly as many win as there is room for.
pub async fn as_many_win_at_once_as_the_bound_allows(ledger: Arc<dyn Ledger>) {
    const ROOM: i64 = 7;
    for _ in 0..5 {
        let account = account_id();
        let mut tasks = JoinSet::new();
        for _ in 0..40 {
            let ledger = ledger.clone();
            tasks.spawn(async move { commit_pki(&ledger, counted(account, ROOM)).await });
        }
        let fates = tasks.join_all().await;

        let won = fates.iter().filter(|fate| fate.is_ok()).count();
        let refused = fates.iter().filter(|fate| reaches_quota(fate)).count();
        assert_eq!((won, refused), (7, 33));
    }
}
