//! One account never reads another's rows.

use std::sync::Arc;

use iam::ProjectFilter;

use super::Ledger;
use super::fixtures::{changes, committed_account, csr, name, project, root};
use super::ledger_port::{commit_iam, commit_pki};

/// Every read that names an account, by the wrong one.
pub async fn nothing_of_another_account_is_seen(ledger: Arc<dyn Ledger>) {
    let (owner, user) = committed_account(&ledger).await;
    let (stranger, _) = committed_account(&ledger).await;
    let (csr, root) = (csr(owner.id), root(owner.id));
    let insert = changes().insert(csr.clone()).insert(root.clone());
    commit_pki(&ledger, insert).await.expect("both are inserted");
    let insert = changes().insert(project(&owner));
    commit_iam(&ledger, insert).await.expect("a project is inserted");
    let subject = name("Example").comparison_key();
    let projects =
        ProjectFilter { account: stranger.id, name: None, state: None, offset: 0, limit: 10 };

    assert!(ledger.csr(stranger.id, csr.id).await.expect("reads").is_none());
    assert!(ledger.authority(stranger.id, root.id).await.expect("reads").is_none());
    let found = ledger.authorities_by_subject(stranger.id, &subject).await.expect("reads");
    assert!(found.is_empty());
    assert!(ledger.company(stranger.id).await.expect("reads").is_none());
    assert!(ledger.user_by_name(stranger.id, &user.name).await.expect("reads").is_none());
    let users = ledger.users(stranger.id, 10).await.expect("reads");
    assert!(users.iter().all(|found| found.value.account == stranger.id));
    assert!(ledger.projects(&projects).await.expect("reads").is_empty());

    assert!(ledger.csr(owner.id, csr.id).await.expect("reads").is_some());
    assert!(ledger.authority(owner.id, root.id).await.expect("reads").is_some());
    let found = ledger.authorities_by_subject(owner.id, &subject).await.expect("reads");
    assert_eq!(found.len(), 1);
}
