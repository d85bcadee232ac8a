//! Leases on the work that servers do by themselves.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use pki::lease::{Claim, Ended, Held, Lease, Start};

use super::Ledger;
use super::fixtures::{changes, committed_account, csr};
use super::ledger_port::{commit_pki, conflicts};

/// Longer than a case runs.
const LONG: Duration = Duration::from_secs(600);

async fn taken(ledger: &Arc<dyn Ledger>, lasts: Duration, start: Start) -> Option<Lease> {
    let claim = Claim { name: "work", holder: "somebody", lasts, rests: LONG, start };
    ledger.acquire(claim).await.expect("the database answers")
}

async fn ended(
    ledger: &Arc<dyn Ledger>,
    lease: &Lease,
    pause: Duration,
    failure: Option<&str>,
) -> Held {
    let ended = Ended { pause, failure: failure.map(str::to_owned) };
    ledger.release(lease, ended).await.expect("the database answers")
}

/// Nobody gets what somebody has.
pub async fn one_of_many_takes_work_up(ledger: Arc<dyn Ledger>) {
    let asking = (0..16).map(|_| {
        let ledger = Arc::clone(&ledger);
        tokio::spawn(async move { taken(&ledger, LONG, Start::AtOnce).await })
    });
    let asking: Vec<_> = asking.collect();

    let mut leases = Vec::new();
    for asked in asking {
        leases.extend(asked.await.expect("nobody panics"));
    }

    assert_eq!(leases.len(), 1, "{leases:?}");
    let start = Start::WhenDue;
    let claim = Claim { name: "other work", holder: "b", lasts: LONG, rests: LONG, start };
    assert!(ledger.acquire(claim).await.expect("the database answers").is_some());
    let work = ledger.work("work").await.expect("reads").expect("it was taken up");
    assert!(work.is_taken && work.fence == leases[0].fence, "{work:?}");
    assert_eq!(ledger.work("no work").await.expect("reads"), None);
}

/// A commit of somebody who lost the lease without knowing does not become true.
pub async fn a_fence_refuses_who_was_paused(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let insert = || changes().insert(csr(account.id));
    let mut fences = BTreeSet::new();
    let paused = taken(&ledger, Duration::ZERO, Start::WhenDue).await.expect("it is free");
    // Nobody else has it yet, though its time is over.
    commit_pki(&ledger, paused.expected_by(insert())).await.expect("the fence is the last one");

    let next = taken(&ledger, LONG, Start::WhenDue).await.expect("its time is over");

    fences.extend([paused.fence, next.fence]);
    assert!(paused.fence < next.fence);
    let fate = commit_pki(&ledger, paused.expected_by(insert())).await;
    assert!(conflicts(&fate), "{fate:?}");
    commit_pki(&ledger, next.expected_by(insert())).await.expect("the fence is the last one");
    assert_eq!(ledger.renew(&paused, LONG).await.expect("answers"), Held::Lost);
    assert_eq!(ended(&ledger, &paused, LONG, Some("late")).await, Held::Lost);
    let work = ledger.work("work").await.expect("reads").expect("it was taken up");
    assert_eq!((work.fence, work.failures, work.is_taken), (next.fence, 0, true));
    for _ in 0..5 {
        let held = ended(&ledger, &next, Duration::ZERO, None).await;
        assert_eq!(held, if fences.len() == 2 { Held::Still } else { Held::Lost });
        let lease = taken(&ledger, Duration::ZERO, Start::WhenDue).await.expect("it is free");
        assert!(fences.iter().all(|before| *before < lease.fence), "{fences:?} {lease:?}");
        fences.insert(lease.fence);
    }
}

/// Work that takes long is nobody else's, and its commits under way still count.
pub async fn a_renewed_lease_lasts_under_the_same_fence(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let lease = taken(&ledger, Duration::ZERO, Start::WhenDue).await.expect("it is free");

    assert_eq!(ledger.renew(&lease, LONG).await.expect("answers"), Held::Still);

    assert_eq!(taken(&ledger, LONG, Start::AtOnce).await, None);
    let insert = lease.expected_by(changes().insert(csr(account.id)));
    commit_pki(&ledger, insert).await.expect("the fence is the last one");
}

/// When work is due again is kept for all who may do it.
pub async fn what_is_given_back_waits_until_it_is_due(ledger: Arc<dyn Ledger>) {
    let first = taken(&ledger, LONG, Start::WhenDue).await.expect("it is free");
    assert_eq!((first.failures, first.late), (0, Duration::ZERO));
    assert_eq!(ended(&ledger, &first, LONG, None).await, Held::Still);

    assert_eq!(taken(&ledger, LONG, Start::WhenDue).await, None);

    let at_start = taken(&ledger, LONG, Start::AtOnce).await.expect("a start does not wait");
    assert_eq!(ended(&ledger, &at_start, Duration::ZERO, None).await, Held::Still);
    tokio::time::sleep(Duration::from_millis(30)).await;
    let due = taken(&ledger, LONG, Start::WhenDue).await.expect("it is due");
    assert!(due.late >= Duration::from_millis(20) && due.late < LONG, "{due:?}");
}

/// A clock that was set back puts off nothing for longer than the work ever rests.
pub async fn what_is_put_off_for_longer_than_it_rests_is_due(ledger: Arc<dyn Ledger>) {
    let first = taken(&ledger, LONG, Start::WhenDue).await.expect("it is free");
    assert_eq!(ended(&ledger, &first, LONG * 6, None).await, Held::Still);

    let again = taken(&ledger, LONG, Start::WhenDue).await.expect("nobody put it off so far");

    assert_eq!(again.late, Duration::ZERO);
    assert_eq!(ended(&ledger, &again, LONG * 6, Some("broken")).await, Held::Still);
    assert!(taken(&ledger, LONG, Start::WhenDue).await.is_some(), "nor after a failure");
}

/// What has failed is not tried at once, and tells why.
pub async fn a_failure_is_kept_until_the_work_is_done(ledger: Arc<dyn Ledger>) {
    let first = taken(&ledger, LONG, Start::WhenDue).await.expect("it is free");
    let long = "ü".repeat(1000);
    assert_eq!(ended(&ledger, &first, LONG, Some(&long)).await, Held::Still);

    assert_eq!(taken(&ledger, LONG, Start::AtOnce).await, None, "it waits after its failure");
    let work = ledger.work("work").await.expect("reads").expect("it was taken up");
    assert_eq!((work.failures, work.is_taken), (1, false));
    assert_eq!(work.last_error, Some("ü".repeat(500)));

    assert_eq!(ended(&ledger, &first, Duration::ZERO, Some("again")).await, Held::Still);
    let third = taken(&ledger, LONG, Start::WhenDue).await.expect("it is due");
    assert_eq!(third.failures, 2);
    assert_eq!(ended(&ledger, &third, LONG, None).await, Held::Still);
    let work = ledger.work("work").await.expect("reads").expect("it was taken up");
    assert_eq!((work.failures, work.last_error), (0, None));
}
