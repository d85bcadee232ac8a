//! Every record reads back as it was written, before and after a replacement.

use std::fmt::Debug;
use std::sync::Arc;

use iam::{Scope, State};
use ledger::{RowId, Table, Timestamp, Version, Versioned};
use pki::KeyPurpose;
use pki::authority::{Home, Issuer};
use pki::company::{CompanyProfile, ProfileOrigin};
use pki::workspace::TransactionState;

use super::Ledger;
use super::fixtures::{
    NOW, access_key, active, changes, child, committed_account, csr, imported, issued, key,
    pending, project, root, serial, token, transaction,
};
use super::ledger_port::{commit_iam, commit_pki};

/// Compares by everything that a value shows of itself.
fn assert_reads<T: Debug>(read: Option<Versioned<T>>, value: &T, version: i64) {
    let read = read.expect("what was written is there");
    assert_eq!(format!("{:#?}", read.value), format!("{value:#?}"));
    assert_eq!(read.version, Version(version));
}

/// Accounts, projects and users.
pub async fn owners_and_users_read_back_as_written(ledger: Arc<dyn Ledger>) {
    let (mut account, mut user) = committed_account(&ledger).await;
    let mut project = project(&account);
    commit_iam(&ledger, changes().insert(project.clone())).await.expect("a project is inserted");
    assert_reads(ledger.account(account.id).await.expect("reads"), &account, 1);
    assert_reads(ledger.account_by_name(&account.name).await.expect("reads"), &account, 1);
    assert_reads(ledger.project(project.id).await.expect("reads"), &project, 1);
    assert_reads(ledger.user(user.id).await.expect("reads"), &user, 1);

    account.state = State::Disabled;
    "renamed".clone_into(&mut project.name);
    user.password_hash = None;
    user.generation += 1;
    user.description.clear();
    let all = changes()
        .replace(account.clone(), Version(1))
        .replace(project.clone(), Version(1))
        .replace(user.clone(), Version(1));
    commit_iam(&ledger, all).await.expect("all three are replaced");

    assert_reads(ledger.account(account.id).await.expect("reads"), &account, 2);
    assert_reads(ledger.project(project.id).await.expect("reads"), &project, 2);
    let read = ledger.user_by_name(account.id, &user.name).await.expect("reads");
    assert_eq!(read, Some(Versioned { value: user, version: Version(2) }));
}

/// Access keys and tokens, each with its user and account.
pub async fn credentials_read_back_as_written(ledger: Arc<dyn Ledger>) {
    let (account, user) = committed_account(&ledger).await;
    let project = project(&account);
    let mut key = access_key(&user);
    let of_account = token(&user, Scope::Domain, NOW);
    let of_project = token(&user, Scope::Project(project.id), NOW);
    let all = changes()
        .insert(of_project.clone())
        .insert(of_account.clone())
        .insert(key.clone())
        .insert(project);
    commit_iam(&ledger, all).await.expect("all are inserted");

    for token in [of_account, of_project] {
        let read = ledger.session_by_token(token.digest).await.expect("reads").expect("is there");
        assert_eq!(read.credential, Versioned { value: token, version: Version(1) });
        assert_eq!((read.user.value, read.account.value), (user.clone(), account.clone()));
    }

    key.state = State::Disabled;
    let replaced = changes().replace(key.clone(), Version(1));
    commit_iam(&ledger, replaced).await.expect("the access key is replaced");
    let read = ledger.credential_by_access_key(&key.access).await.expect("reads");
    let read = read.expect("is there");
    assert_eq!(read.credential, Versioned { value: key, version: Version(2) });
    assert_eq!((read.user.value, read.account.value), (user, account));
    assert!(ledger.credential_by_access_key("nobody").await.expect("reads").is_none());
}

/// Private keys, enterprise profiles and certification requests.
pub async fn keys_companies_and_csrs_read_back_as_written(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let mut key = key(account.id, KeyPurpose::Csr);
    let mut with_key = csr(account.id);
    with_key.key = Some(key.binding.id);
    let without_key = csr(account.id);
    let mut profile = CompanyProfile {
        account: account.id,
        company: with_key.company.clone(),
        origin: ProfileOrigin::Sample,
    };
    let all = changes()
        .insert(with_key.clone())
        .insert(without_key.clone())
        .insert(key.clone())
        .insert(profile.clone());
    commit_pki(&ledger, all).await.expect("all are inserted");
    assert_reads(ledger.key(key.binding.id).await.expect("reads"), &key, 1);
    assert_reads(ledger.company(account.id).await.expect("reads"), &profile, 1);
    assert_reads(ledger.csr(account.id, without_key.id).await.expect("reads"), &without_key, 1);

    key.sealed = vec![9; 1000];
    profile.origin = ProfileOrigin::Chosen;
    "Other Company".clone_into(&mut profile.company.name);
    "renamed".clone_into(&mut with_key.name);
    with_key.updated_at = Timestamp::from_millis(1_791_000_000_000);
    let all = changes()
        .replace(with_key.clone(), Version(1))
        .replace(key.clone(), Version(1))
        .replace(profile.clone(), Version(1));
    commit_pki(&ledger, all).await.expect("all are replaced");

    assert_reads(ledger.csr(account.id, with_key.id).await.expect("reads"), &with_key, 2);
    assert_reads(ledger.company(account.id).await.expect("reads"), &profile, 2);
    let read = ledger.key(key.binding.id).await.expect("reads");
    assert_eq!(read, Some(Versioned { value: key, version: Version(2) }));
}

/// Authorities: of both homes, waiting, issued here and imported.
pub async fn authorities_read_back_as_written(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let project = project(&account);
    let root = root(account.id);
    let mut bounded = child(account.id, root.id);
    issued(&mut bounded).effective_path_length = Some(0);
    let mut waiting = pending(account.id);
    waiting.home = Home::Workspace(project.id);
    let activated = pending(account.id);
    for authority in [&root, &bounded, &waiting, &activated] {
        let insert = changes().insert(authority.clone());
        commit_pki(&ledger, insert).await.expect("an authority is inserted");
        let read = ledger.authority(account.id, authority.id).await.expect("reads");
        assert_reads(read, authority, 1);
    }

    let mut imported = imported(waiting, &serial());
    "Imported".clone_into(&mut imported.distinguished_name.common_name);
    let activated = active(activated, Issuer::Authority(root.id));
    let mut moved = root;
    "other".clone_into(&mut moved.enterprise_project);
    for authority in [&imported, &activated, &moved] {
        let replace = changes().replace(authority.clone(), Version(1));
        commit_pki(&ledger, replace).await.expect("an authority is replaced");
        let read = ledger.authority(account.id, authority.id).await.expect("reads");
        assert_reads(read, authority, 2);
    }
}

/// Workspace transactions.
pub async fn transactions_read_back_as_written(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let project = project(&account);
    let mut transaction = transaction(project.id, account.id);
    let insert = changes().insert(transaction.clone());
    commit_pki(&ledger, insert).await.expect("a transaction is inserted");
    let read = ledger.transaction(project.id, &transaction.id).await.expect("reads");
    assert_reads(read, &transaction, 1);

    transaction.state = TransactionState::Consumed(root(account.id).id);
    let replace = changes().replace(transaction.clone(), Version(1));
    commit_pki(&ledger, replace).await.expect("a transaction is replaced");

    let read = ledger.transaction(project.id, &transaction.id).await.expect("reads");
    assert_reads(read, &transaction, 2);
}

/// Removals.
pub async fn rows_that_were_removed_are_gone(ledger: Arc<dyn Ledger>) {
    let (account, user) = committed_account(&ledger).await;
    let project = project(&account);
    let token = token(&user, Scope::Domain, NOW);
    commit_iam(&ledger, changes().insert(token.clone())).await.expect("a token is inserted");
    let (csr, root) = (csr(account.id), root(account.id));
    let (key, transaction) =
        (key(account.id, KeyPurpose::Authority), transaction(project.id, account.id));
    let all = changes()
        .insert(csr.clone())
        .insert(root.clone())
        .insert(key.clone())
        .insert(transaction.clone());
    commit_pki(&ledger, all).await.expect("all are inserted");

    let removal = changes().remove(token.row(), Version(1));
    commit_iam(&ledger, removal).await.expect("a token is removed");
    let removals = changes()
        .remove(RowId::new(Table::Keys, key.binding.id), Version(1))
        .remove(csr.row(), Version(1))
        .remove(root.row(), Version(1))
        .remove(transaction.row(), Version(1));
    commit_pki(&ledger, removals).await.expect("all are removed");

    assert!(ledger.session_by_token(token.digest).await.expect("reads").is_none());
    assert!(ledger.key(key.binding.id).await.expect("reads").is_none());
    assert!(ledger.csr(account.id, csr.id).await.expect("reads").is_none());
    assert!(ledger.authority(account.id, root.id).await.expect("reads").is_none());
    assert!(ledger.transaction(project.id, &transaction.id).await.expect("reads").is_none());
}
