//! What becomes of authorities: their phases, lists, tags, removal and revocations.

use std::sync::Arc;
use std::time::Duration;

use ledger::{AccountId, CaId, Counter, Quota, RowId, Table, Timestamp, Version};
use pki::authority::{
    Authority, AuthorityFilter, AuthorityOrder, AuthorityQuery, Direction, Home, Kind, Phase,
    Status,
};
use pki::{Page, Revocation, RevocationReason, Tag};

use super::Ledger;
use super::fixtures::{
    NOW, changes, child, committed_account, issued, pending, project, root, serial,
};
use super::ledger_port::{commit_pki, conflicts};

const DAY: Duration = Duration::from_secs(86_400);

fn phases() -> [Phase; 4] {
    [
        Phase::Disabled,
        Phase::DeletionScheduled { until: NOW + DAY },
        Phase::Revoked { at: NOW.floor_to_second(), reason: RevocationReason::Superseded },
        Phase::Active,
    ]
}

fn tagged(mut authority: Authority, tags: &[(&str, &str)]) -> Authority {
    for (key, value) in tags {
        let tag = Tag::new(key, value).expect("the fixture is a tag");
        authority.tags.put(tag).expect("there are few");
    }
    authority
}

async fn insert(ledger: &Arc<dyn Ledger>, authorities: &[Authority]) {
    for authority in authorities {
        let counter = Counter::of_account(Quota::Authorities, authority.account);
        let insertion = changes().insert(authority.clone()).add(counter, 1, None);
        commit_pki(ledger, insertion).await.expect("an authority is inserted");
    }
}

/// Phases and tags.
pub async fn phases_and_tags_read_back_as_written(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let mut authority = tagged(root(account.id), &[("团队", "平台"), ("empty", "")]);
    insert(&ledger, std::slice::from_ref(&authority)).await;

    for (version, phase) in (1..).zip(phases()) {
        authority = authority.in_phase(phase);
        authority.tags.remove("empty");
        let replaced = changes().replace(authority.clone(), Version(version));
        commit_pki(&ledger, replaced).await.expect("the phase is written");

        let read = ledger.authority(account.id, authority.id).await.expect("reads");
        let read = read.expect("is there").value;
        assert_eq!((read.phase(), &read.tags), (Some(phase), &authority.tags));
        let attributes = ledger.authority_attributes(account.id, authority.id).await;
        let attributes = attributes.expect("reads").expect("is there");
        assert_eq!(attributes.deletion_time, authority.deletion_time());
        assert_eq!((attributes.home, attributes.tags), (Home::PrivateCa, read.tags));
        assert_eq!(attributes.enterprise_project, authority.enterprise_project);
    }
}

/// The filters of lists.
pub async fn lists_are_filtered_by_what_is_true_at_the_time(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (stranger, _) = committed_account(&ledger).await;
    let project = project(&account);
    let issuer = Authority { home: Home::Workspace(project.id), ..root(account.id) };
    let [disabled, scheduled, revoked, active] =
        phases().map(|phase| child(account.id, issuer.id).in_phase(phase));
    let mut expired = root(account.id);
    issued(&mut expired).not_after = NOW;
    let mut waiting = pending(account.id);
    "1f0e0000-0000-0000-0000-00000000000a".clone_into(&mut waiting.enterprise_project);
    insert(&ledger, &[issuer, root(stranger.id)]).await;
    let all = [&disabled, &scheduled, &revoked, &active, &expired, &waiting];
    let inserted: Vec<Authority> = all.into_iter().cloned().collect();
    insert(&ledger, &inserted).await;

    let page = Page { limit: 1000, offset: 0 };
    let found = async |filter: AuthorityFilter, now: Timestamp| {
        let query = AuthorityQuery { filter, ..AuthorityQuery::default() };
        let listed = ledger.authorities(account.id, &query, page, now).await.expect("reads");
        assert_eq!(listed.total, listed.entries.len() as u64);
        let mut ids: Vec<CaId> = listed.entries.iter().map(|found| found.id).collect();
        ids.sort_unstable();
        ids
    };
    let sorted = |of: &[&Authority]| {
        let mut ids: Vec<CaId> = of.iter().map(|authority| authority.id).collect();
        ids.sort_unstable();
        ids
    };
    let of_status = |status| AuthorityFilter { status: Some(status), ..AuthorityFilter::default() };
    for (status, authority) in [
        (Status::Active, &active),
        (Status::Deleted, &scheduled),
        (Status::Disabled, &disabled),
        (Status::Expired, &expired),
        (Status::Pending, &waiting),
        (Status::Revoked, &revoked),
    ] {
        assert_eq!(found(of_status(status), NOW).await, sorted(&[authority]), "{status}");
    }
    let late = NOW + DAY;
    assert!(found(of_status(Status::Deleted), late).await.is_empty());
    let kind = AuthorityFilter { kind: Some(Kind::Root), ..AuthorityFilter::default() };
    assert_eq!(found(kind, NOW).await, sorted(&[&expired]));
    let enterprise_project = Some(waiting.enterprise_project.clone());
    let of_project = AuthorityFilter { enterprise_project, ..AuthorityFilter::default() };
    assert_eq!(found(of_project, NOW).await, sorted(&[&waiting]));
    let everything = AuthorityFilter::default();
    assert_eq!(found(everything.clone(), NOW).await, sorted(&all));
    let present = [&disabled, &revoked, &active, &expired, &waiting];
    assert_eq!(found(everything, late).await, sorted(&present));
}

/// The orders of lists.
pub async fn lists_are_sorted_and_cut(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let mut all = Vec::new();
    for (at, name, end) in [(3, "b", 7), (1, "c_1", 9), (2, "a%", 8)] {
        let mut authority = root(account.id);
        authority.created_at = Timestamp::from_millis(at);
        name.clone_into(&mut authority.distinguished_name.common_name);
        issued(&mut authority).not_after = Timestamp::from_seconds(end);
        all.push(authority);
    }
    all.push(Authority { created_at: Timestamp::from_millis(4), ..pending(account.id) });
    "C".clone_into(&mut all[3].distinguished_name.common_name);
    insert(&ledger, &all).await;

    let places = async |order, direction, name: Option<&str>, page: Page| {
        let filter =
            AuthorityFilter { name: name.map(str::to_owned), ..AuthorityFilter::default() };
        let query = AuthorityQuery { filter, order, direction };
        let now = Timestamp::from_millis(5);
        let listed = ledger.authorities(account.id, &query, page, now).await.expect("reads");
        let place = |found: &Authority| all.iter().position(|one| one.id == found.id);
        (listed.entries.iter().filter_map(place).collect::<Vec<_>>(), listed.total)
    };
    let whole = Page { limit: 1000, offset: 0 };
    let up = Direction::Ascending;
    for (order, expected) in [
        (AuthorityOrder::CommonName, [3, 2, 0, 1]),
        (AuthorityOrder::CreationTime, [1, 2, 0, 3]),
        (AuthorityOrder::Kind, [1, 2, 0, 3]),
        (AuthorityOrder::NotAfter, [3, 0, 2, 1]),
    ] {
        assert_eq!(places(order, up, None, whole).await, (expected.to_vec(), 4), "{order:?}");
        let mut back = expected.to_vec();
        back.reverse();
        assert_eq!(places(order, Direction::Descending, None, whole).await.0, back, "{order:?}");
    }
    let order = AuthorityOrder::CreationTime;
    for (limit, offset, expected) in
        [(2, 1, vec![2, 0]), (2, 3, vec![3]), (0, 0, vec![]), (1, u64::MAX, vec![])]
    {
        let page = Page { limit, offset };
        assert_eq!(places(order, up, None, page).await, (expected, 4), "{page:?}");
    }
    for (name, expected) in [("%", vec![2]), ("_", vec![1]), ("c", vec![1]), ("C", vec![3])] {
        assert_eq!(places(order, up, Some(name), whole).await.0, expected, "{name}");
    }
}

/// What is left for the sweep, and what the quota says before it came.
pub async fn what_is_gone_is_due_and_not_in_use(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (neighbour, _) = committed_account(&ledger).await;
    let until = |account: AccountId, days: u32| {
        let until = NOW + DAY * days;
        root(account).in_phase(Phase::DeletionScheduled { until })
    };
    let (first, second, other) =
        (until(account.id, 1), until(account.id, 2), until(neighbour.id, 1));
    insert(&ledger, &[second.clone(), first.clone(), other.clone(), root(account.id)]).await;
    let due = async |account: Option<AccountId>, days: u32, limit| {
        let due = ledger.authorities_due(account, NOW + DAY * days, limit).await.expect("reads");
        due.into_iter().map(|found| found.value.id).collect::<Vec<_>>()
    };
    let of_two = [first.id, second.id, other.id];

    assert!(due(Some(account.id), 0, 10).await.is_empty());
    assert_eq!(due(Some(account.id), 2, 10).await, of_two[..2]);
    assert_eq!(due(Some(account.id), 2, 1).await, of_two[..1]);
    let everywhere = due(None, 2, 10).await;
    assert!(of_two.iter().all(|id| everywhere.contains(id)), "{everywhere:?}");

    let used = async |days: u32| {
        ledger.authorities_in_use(account.id, NOW + DAY * days).await.expect("reads")
    };
    assert_eq!([used(0).await, used(1).await, used(2).await], [3, 2, 1]);
    let counter = Counter::of_account(Quota::Authorities, account.id);
    let removal = changes().remove(first.row(), Version(1)).add(counter, -1, None);
    commit_pki(&ledger, removal).await.expect("it is removed");
    assert_eq!([used(0).await, used(1).await, used(2).await], [2, 2, 1]);
    assert_eq!(due(Some(account.id), 2, 10).await, [second.id]);
}

/// The tags of an account.
pub async fn tags_of_an_account_come_once_and_go_with_their_authority(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (stranger, _) = committed_account(&ledger).await;
    let project = project(&account);
    let first = tagged(root(account.id), &[("b", "2"), ("a", "1")]);
    let second = tagged(root(account.id), &[("b", "1"), ("a", "1")]);
    let until = NOW + DAY;
    let third = tagged(root(account.id), &[("c", "")]);
    let third = third.in_phase(Phase::DeletionScheduled { until });
    let workspace = Authority { home: Home::Workspace(project.id), ..root(account.id) };
    let workspace = tagged(workspace, &[("w", "")]);
    let other = tagged(root(stranger.id), &[("s", "")]);
    insert(&ledger, &[first.clone(), second, third, workspace, other]).await;
    let tags = async |now| {
        let tags = ledger.account_tags(account.id, now).await.expect("reads");
        tags.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>()
    };

    assert_eq!(tags(NOW).await, ["a=1", "b=1", "b=2", "c="]);
    assert_eq!(tags(until).await, ["a=1", "b=1", "b=2"]);
    let removal = changes().remove(first.row(), Version(1));
    commit_pki(&ledger, removal).await.expect("it is removed");
    assert_eq!(tags(until).await, ["a=1", "b=1"]);
}

/// Revocations.
pub async fn revocations_come_once_in_the_order_of_their_serial_numbers(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let issuer = root(account.id);
    let mut all: Vec<Revocation> = (0..5)
        .map(|_| Revocation {
            account: account.id,
            issuer: issuer.id,
            shard: None,
            serial: serial(),
            revoked_at: NOW.floor_to_second(),
            reason: RevocationReason::CertificateHold,
            not_after: NOW + DAY,
        })
        .collect();
    all.sort_by_key(|one| one.serial.to_hex());
    let other = Revocation { issuer: root(account.id).id, ..all[0].clone() };
    let insertion = all.iter().fold(changes(), |changes, one| changes.insert(one.clone()));
    commit_pki(&ledger, insertion.insert(other.clone())).await.expect("all are inserted");

    let again = Revocation { reason: RevocationReason::KeyCompromise, ..all[0].clone() };
    assert!(conflicts(&commit_pki(&ledger, changes().insert(again)).await));
    let read = ledger.revocations(issuer.id, None, 3).await.expect("reads");
    assert_eq!(read, all[..3]);
    let rest = ledger.revocations(issuer.id, Some(&all[2].serial), 10).await.expect("reads");
    assert_eq!(rest, all[3..]);
    let serial = &all[4].serial;
    assert!(ledger.is_revoked(issuer.id, serial).await.expect("reads"));
    assert!(!ledger.is_revoked(other.issuer, serial).await.expect("reads"));
    assert_eq!(ledger.revocations(other.issuer, None, 9).await.expect("reads"), [other]);

    let row = RowId::new(Table::Revocations, format!("{}/{}", issuer.id, all[0].serial.to_hex()));
    assert_eq!(row, all[0].row());
    let removal = changes().remove(row, Version(1));
    commit_pki(&ledger, removal).await.expect("one that is on a CRL past its end goes");
    assert_eq!(ledger.revocations(issuer.id, None, 9).await.expect("reads"), all[1..]);
}
