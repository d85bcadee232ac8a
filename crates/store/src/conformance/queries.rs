//! Queries for several rows: what they find, and in which order.

use std::sync::Arc;

use iam::{ProjectFilter, Scope, State};
use ledger::{Actor, Outcome, Timestamp, Version, Versioned};
use pki::KeyPurpose;
use pki::authority::{Authority, Home};
use pki::workspace::TransactionState;

use super::Ledger;
use super::fixtures::{
    NOW, change_id, changes, committed_account, event, imported, issued, key, name,
    outside_certificate, pending, project, public_key, root, serial, token, transaction, user,
};
use super::ledger_port::{commit_iam, commit_pki};

fn values<T>(read: Vec<Versioned<T>>) -> Vec<T> {
    read.into_iter().map(|versioned| versioned.value).collect()
}

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millis(milliseconds)
}

/// Lists of accounts and users.
pub async fn accounts_and_users_come_oldest_first(ledger: Arc<dyn Ledger>) {
    let (mut old, mut new) = (super::fixtures::account(), super::fixtures::account());
    (old.created_at, new.created_at) = (at(1), at(2));
    let (mut first, mut second, mut third) = (user(&old), user(&old), user(&old));
    (third.created_at, second.created_at, first.created_at) = (at(5), at(4), at(3));
    let all = changes()
        .insert(new.clone())
        .insert(old.clone())
        .insert(third)
        .insert(first.clone())
        .insert(second.clone());
    commit_iam(&ledger, all).await.expect("all are inserted");

    assert_eq!(values(ledger.accounts(10).await.expect("reads")), [old.clone(), new.clone()]);
    assert_eq!(values(ledger.accounts(1).await.expect("reads")), [old.clone()]);
    assert_eq!(values(ledger.users(old.id, 2).await.expect("reads")), [first, second]);
    assert!(ledger.users(new.id, 2).await.expect("reads").is_empty());
}

/// Lists of projects.
pub async fn projects_are_filtered_and_paged(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let mut projects = [project(&account), project(&account), project(&account)];
    projects.sort_by_key(|project| project.id);
    let [first, second, third] = &mut projects;
    second.state = State::Disabled;
    let all = changes().insert(third.clone()).insert(first.clone()).insert(second.clone());
    commit_iam(&ledger, all).await.expect("all are inserted");
    let all = ProjectFilter { account: account.id, name: None, state: None, offset: 0, limit: 10 };
    let named = ProjectFilter { name: Some(third.name.clone()), ..all.clone() };
    let disabled = ProjectFilter { state: Some(State::Disabled), ..all.clone() };
    let page = ProjectFilter { offset: 1, limit: 1, ..all.clone() };

    let found = async |filter| values(ledger.projects(filter).await.expect("reads"));
    assert_eq!(found(&named).await, std::slice::from_ref(third));
    assert_eq!(found(&disabled).await, std::slice::from_ref(second));
    assert_eq!(found(&page).await, std::slice::from_ref(second));
    assert_eq!(found(&all).await, projects);
}

/// The queue of tokens that can be forgotten.
pub async fn expired_tokens_come_earliest_first(ledger: Arc<dyn Ledger>) {
    let (_, user) = committed_account(&ledger).await;
    let [first, second, third, alive] =
        [1, 2, 3, 4].map(|expiry| token(&user, Scope::Domain, at(expiry)));
    let all =
        changes().insert(third.clone()).insert(alive).insert(first.clone()).insert(second.clone());
    commit_iam(&ledger, all).await.expect("all are inserted");

    let expired = async |limit| values(ledger.expired_tokens(at(4), limit).await.expect("reads"));
    assert_eq!(expired(2).await, [first.clone(), second.clone()]);
    assert_eq!(expired(9).await, [first, second, third]);
}

/// Authorities by the subject of their certificate.
pub async fn authorities_are_found_by_subject(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let [mut first, mut second, mut other] = [(); 3].map(|()| root(account.id));
    (first.created_at, second.created_at) = (at(1), at(2));
    issued(&mut first).subject = name("Acme  Root");
    issued(&mut second).subject = name("ACME root");
    issued(&mut other).subject = name("Other");
    for authority in [&second, &first, &other, &pending(account.id)] {
        let insert = changes().insert(authority.clone());
        commit_pki(&ledger, insert).await.expect("an authority is inserted");
    }

    let key = name("acme root").comparison_key();
    let found = ledger.authorities_by_subject(account.id, &key).await.expect("reads");

    let found: Vec<_> = found.into_iter().map(|found| found.value.id).collect();
    assert_eq!(found, [first.id, second.id]);
}

/// Keys of authorities, and no others.
pub async fn authority_keys_are_known_by_their_public_half(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let known = async || ledger.is_authority_key(&public_key()).await.expect("reads");
    let insert = changes().insert(key(account.id, KeyPurpose::Csr));
    commit_pki(&ledger, insert).await.expect("a key is inserted");
    assert!(!known().await);

    let insert = changes().insert(key(account.id, KeyPurpose::Authority));
    commit_pki(&ledger, insert).await.expect("a key is inserted");

    assert!(known().await);
}

/// Keys of authorities elsewhere: of one that was certified by its request, and of one in an imported
/// chain. Those of other authorities' certificates are known by their key records.
pub async fn keys_of_authorities_elsewhere_are_known(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let known = async || ledger.is_authority_key(&public_key()).await.expect("reads");
    let of_the_key = || {
        let mut authority = root(account.id);
        issued(&mut authority).key_identifier = public_key().key_identifier().to_vec();
        authority
    };
    let insert = changes().insert(of_the_key());
    commit_pki(&ledger, insert).await.expect("an authority is inserted");
    assert!(!known().await);

    let elsewhere = Authority { home: Home::Outside, key: None, ..of_the_key() };
    let insert = changes().insert(elsewhere.clone());
    commit_pki(&ledger, insert).await.expect("an authority is inserted");
    assert!(known().await);
    let remove = changes().remove(elsewhere.row(), Version(1));
    commit_pki(&ledger, remove).await.expect("it is removed");
    assert!(!known().await);

    let mut below = imported(root(account.id), &serial());
    issued(&mut below).imported_chain = vec![outside_certificate(&serial())];
    let insert = changes().insert(below);
    commit_pki(&ledger, insert).await.expect("an authority is inserted");
    assert!(known().await);
}

/// Workspace transactions without a certificate.
pub async fn transactions_that_wait_are_found(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (project, elsewhere) = (project(&account), project(&account));
    let [mut first, mut second, mut used] = [(); 3].map(|()| transaction(project.id, account.id));
    (first.created_at, second.created_at) = (at(1), at(2));
    let other = transaction(elsewhere.id, account.id);
    let all =
        changes().insert(used.clone()).insert(second.clone()).insert(other).insert(first.clone());
    commit_pki(&ledger, all).await.expect("all are inserted");
    used.state = TransactionState::Consumed(root(account.id).id);
    let replace = changes().replace(used, Version(1));
    commit_pki(&ledger, replace).await.expect("one is used");

    let waiting = ledger.pending_transactions(project.id).await.expect("reads");

    let waiting: Vec<_> = waiting.into_iter().map(|waiting| waiting.value.id).collect();
    assert_eq!(waiting, [first.id, second.id]);
}

/// The audit trail, whole and in pages.
pub async fn events_come_newest_first_page_by_page(ledger: Arc<dyn Ledger>) {
    let (account, user) = committed_account(&ledger).await;
    let mut told = Vec::new();
    for actor in [
        Actor::Anonymous(None),
        Actor::Anonymous(Some("somebody".into())),
        Actor::OperatingSystem(1000),
        Actor::Server,
        Actor::User(user.id),
    ] {
        let mut first = event("sign_in", None);
        first.origin.actor = actor;
        first.origin.address = None;
        first.outcome = Outcome::Refused;
        first.object = None;
        first.count = 17;
        let mut second = event("create_csr", Some(account.id));
        second.at = NOW;
        second.detail = Some("more".into());
        let changes = ledger::Changes::new(change_id(), first.clone()).tell(second.clone());
        commit_iam(&ledger, changes).await.expect("events are told");
        told.extend([first, second]);
        // Identifiers sort by the millisecond they were made in.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }

    let mut read = Vec::new();
    let mut after = None;
    loop {
        let page = ledger.audit_events(after, 3).await.expect("reads");
        assert!(page.len() <= 3);
        match page.last() {
            Some(last) => after = Some(last.position),
            None => break,
        }
        read.extend(page);
    }

    read.truncate(told.len());
    told.reverse();
    for (read, told) in read.iter().zip(&told) {
        let iam::RecordedEvent { at, account, origin, action, object, outcome, .. } = read;
        assert_eq!((at, account, origin), (&told.at, &told.account, &told.origin));
        assert_eq!((action.as_str(), object, outcome), (told.action, &told.object, &told.outcome));
        assert_eq!((&read.detail, read.count), (&told.detail, told.count));
    }
    assert_eq!(read.len(), told.len());
}
