//! What contradicts the rows is refused, and leaves nothing.

use std::sync::Arc;

use iam::State;
use ledger::{CommitError, Expectation, Version};
use pki::KeyPurpose;

use super::Ledger;
use super::fixtures::{
    account, changes, child, committed_account, csr, event, imported, issued, key, pending,
    project, root, serial, user,
};
use super::ledger_port::{commit_iam, commit_pki, conflicts};

/// A second row of one key.
pub async fn a_row_is_inserted_once(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let csr = csr(account.id);
    commit_pki(&ledger, changes().insert(csr.clone())).await.expect("the first is inserted");

    let mut second = csr.clone();
    "second".clone_into(&mut second.name);
    let fate = commit_pki(&ledger, changes().insert(second)).await;

    assert!(conflicts(&fate), "{fate:?}");
    let read = ledger.csr(account.id, csr.id).await.expect("reads").expect("is there");
    assert_eq!(read.value, csr);
}

/// A replacement of a version that is gone, that is not yet, and of no row.
pub async fn only_the_version_that_was_read_is_replaced(ledger: Arc<dyn Ledger>) {
    let (mut account, _) = committed_account(&ledger).await;
    let replace = changes().replace(account.clone(), Version(1));
    commit_iam(&ledger, replace).await.expect("the version that was read is replaced");

    account.state = State::Disabled;
    for stale in [Version(1), Version(3), Version(0)] {
        let fate = commit_iam(&ledger, changes().replace(account.clone(), stale)).await;
        assert!(conflicts(&fate), "{stale:?} {fate:?}");
    }
    let nobody = super::fixtures::account();
    let fate = commit_iam(&ledger, changes().replace(nobody, Version(1))).await;
    assert!(conflicts(&fate), "{fate:?}");

    let read = ledger.account(account.id).await.expect("reads").expect("is there");
    assert_eq!((read.value.state, read.version), (State::Enabled, Version(2)));
}

/// A removal of a version that is gone.
pub async fn only_the_version_that_was_read_is_removed(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let csr = csr(account.id);
    commit_pki(&ledger, changes().insert(csr.clone())).await.expect("is inserted");
    let replace = changes().replace(csr.clone(), Version(1));
    commit_pki(&ledger, replace).await.expect("is replaced");

    let fate = commit_pki(&ledger, changes().remove(csr.row(), Version(1))).await;

    assert!(conflicts(&fate), "{fate:?}");
    assert!(ledger.csr(account.id, csr.id).await.expect("reads").is_some());
    let removal = changes().remove(csr.row(), Version(2));
    commit_pki(&ledger, removal).await.expect("the version that was read is removed");
}

/// A decision whose ground was changed, or went away.
pub async fn an_expectation_holds_or_the_commit_is_refused(ledger: Arc<dyn Ledger>) {
    let (account, user) = committed_account(&ledger).await;
    let row = user.row();
    let held = changes().insert(csr(account.id)).expect(row.clone(), Version(1));
    commit_pki(&ledger, held).await.expect("the user is as it was read");
    let disabled = changes().replace(user, Version(1));
    commit_iam(&ledger, disabled).await.expect("the user is replaced");

    let late = csr(account.id);
    for expectation in [
        Expectation { row: row.clone(), version: Version(1) },
        Expectation { row: super::fixtures::account().row(), version: Version(1) },
    ] {
        let insert = changes().insert(late.clone()).expect(expectation.row, expectation.version);
        let fate = commit_pki(&ledger, insert).await;
        assert!(conflicts(&fate), "{fate:?}");
    }

    assert!(ledger.csr(account.id, late.id).await.expect("reads").is_none());
    let again = changes().insert(late).expect(row, Version(2));
    commit_pki(&ledger, again).await.expect("the user is as it was read again");
}

/// Names of accounts, and of projects and users inside one.
pub async fn a_name_is_given_once_in_its_account(ledger: Arc<dyn Ledger>) {
    let (first, first_user) = committed_account(&ledger).await;
    let (second, _) = committed_account(&ledger).await;
    let first_project = project(&first);
    let insert = changes().insert(first_project.clone());
    commit_iam(&ledger, insert).await.expect("a project is inserted");

    let mut namesake = account();
    namesake.name.clone_from(&first.name);
    let mut same_user = user(&first);
    same_user.name.clone_from(&first_user.name);
    let mut same_project = project(&first);
    same_project.name.clone_from(&first_project.name);
    for refused in [
        changes().insert(namesake),
        changes().insert(same_user.clone()),
        changes().insert(same_project.clone()),
    ] {
        let fate = commit_iam(&ledger, refused).await;
        assert!(conflicts(&fate), "{fate:?}");
    }

    same_user.account = second.id;
    same_project.account = second.id;
    let elsewhere = changes().insert(same_user).insert(same_project);
    commit_iam(&ledger, elsewhere).await.expect("another account has names of its own");
}

/// Nothing of a refused change set is there, whatever of it came first.
pub async fn a_refused_change_set_leaves_nothing(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let there = csr(account.id);
    commit_pki(&ledger, changes().insert(there.clone())).await.expect("is inserted");

    let key = key(account.id, KeyPurpose::Csr);
    let fresh = csr(account.id);
    let mut renamed = there.clone();
    "renamed".clone_into(&mut renamed.name);
    let refused = changes()
        .insert(key.clone())
        .insert(fresh.clone())
        .replace(renamed, Version(1))
        .insert(there.clone());
    let id = refused.clone().into_parts().id;
    let fate = commit_pki(&ledger, refused).await;

    assert!(conflicts(&fate), "{fate:?}");
    assert!(ledger.key(key.binding.id).await.expect("reads").is_none());
    assert!(ledger.csr(account.id, fresh.id).await.expect("reads").is_none());
    let read = ledger.csr(account.id, there.id).await.expect("reads").expect("is there");
    assert_eq!((read.value, read.version), (there, Version(1)));
    assert!(!pki::Store::committed(&*ledger, id).await.expect("reads"));
    let events = ledger.audit_events(None, 1000).await.expect("reads");
    assert!(events.iter().all(|event| event.position.change != id));
}

/// The fate of a change set can be looked up, and it cannot come true twice.
pub async fn a_change_set_comes_once(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let id = super::fixtures::change_id();
    let changes = || ledger::Changes::new(id, event("create_csr", Some(account.id)));
    assert!(!pki::Store::committed(&*ledger, id).await.expect("reads"));
    commit_pki(&ledger, changes().insert(csr(account.id))).await.expect("the first comes true");

    let second = csr(account.id);
    let fate = commit_pki(&ledger, changes().insert(second.clone())).await;

    assert!(conflicts(&fate), "{fate:?}");
    assert!(pki::Store::committed(&*ledger, id).await.expect("reads"));
    assert!(iam::Directory::committed(&*ledger, id).await.expect("reads"));
    assert!(ledger.csr(account.id, second.id).await.expect("reads").is_none());
}

/// RFC 5280 §4.1.2.2: an issuer's serial numbers are unique, for ever.
pub async fn a_serial_number_of_an_issuer_comes_once(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (other, _) = committed_account(&ledger).await;
    let (issuer, second_issuer) = (root(account.id), root(account.id));
    let mut first = child(account.id, issuer.id);
    let serial = issued(&mut first).serial.clone();
    for authority in [&issuer, &second_issuer, &first] {
        let insert = changes().insert(authority.clone());
        commit_pki(&ledger, insert).await.expect("an authority is inserted");
    }
    let removal = changes().remove(first.row(), Version(1));
    commit_pki(&ledger, removal).await.expect("the first child is removed");

    let mut again = child(account.id, issuer.id);
    issued(&mut again).serial = serial.clone();
    let fate = commit_pki(&ledger, changes().insert(again)).await;
    assert!(conflicts(&fate), "{fate:?}");

    let mut of_another = child(account.id, second_issuer.id);
    issued(&mut of_another).serial = serial.clone();
    let insert = changes().insert(of_another);
    commit_pki(&ledger, insert).await.expect("another issuer has numbers of its own");

    let mine = imported(pending(account.id), &serial);
    let twin = imported(pending(account.id), &serial);
    let mut theirs = imported(pending(other.id), &serial);
    let taken = async |account, issued| ledger.is_serial_taken(account, issued).await;
    let new = issued(&mut theirs).clone();
    assert!(!taken(other.id, &new).await.expect("reads"));
    commit_pki(&ledger, changes().insert(mine)).await.expect("the first import is recorded");
    assert!(taken(account.id, &new).await.expect("reads"));
    assert!(!taken(other.id, &new).await.expect("reads"));
    let fate = commit_pki(&ledger, changes().insert(twin)).await;
    assert!(conflicts(&fate), "{fate:?}");
    let insert = changes().insert(theirs);
    commit_pki(&ledger, insert).await.expect("an account's claim takes nothing from another");
}

/// An authority keeps the certificate that it got.
pub async fn a_certificate_never_changes(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let root = root(account.id);
    commit_pki(&ledger, changes().insert(root.clone())).await.expect("is inserted");

    let mut other = root.clone();
    issued(&mut other).certificate = vec![9];
    issued(&mut other).serial = serial();
    let fate = commit_pki(&ledger, changes().replace(other, Version(1))).await;

    assert!(matches!(fate, Err(CommitError::Failed(_))), "{fate:?}");
    let read = ledger.authority(account.id, root.id).await.expect("reads").expect("is there");
    assert_eq!(format!("{:?}", read.value), format!("{root:?}"));
    assert_eq!(read.version, Version(1));
}
