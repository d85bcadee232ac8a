//! Certificates: read back, listed, searched by their tags.

use std::sync::Arc;
use std::time::Duration;

use ledger::system::{SystemClock, SystemRandom};
use ledger::{AccountId, CertificateId, Counter, Quota, Timestamp, Version};
use pki::authority::{Authority, Direction, GenerationMode, Home, Phase};
use pki::certificate::{
    Certificate, CertificateFilter, CertificateOrder, CertificateQuery, CertificateStatus, Revoked,
};
use pki::tag::TagSearch;
use pki::{Page, RevocationReason, Tag, Tags};
use x509::key::{HashAlgorithm, KeyAlgorithm};

use super::Ledger;
use super::fixtures::{NOW, changes, committed_account, distinguished_name, project, root, serial};
use super::ledger_port::commit_pki;

const DAY: Duration = Duration::from_secs(86_400);
const WHOLE: Page = Page { limit: 1000, offset: 0 };

/// A certificate of an authority that nobody else has.
pub(super) fn certificate(account: AccountId) -> Certificate {
    let issuer = root(account).id;
    Certificate {
        id: CertificateId::generate(&SystemClock, &SystemRandom),
        account,
        issuer,
        issuer_name: "Issuer".into(),
        distinguished_name: distinguished_name(),
        key_algorithm: KeyAlgorithm::EcP256,
        hash: HashAlgorithm::Sha384,
        mode: GenerationMode::Generate,
        serial: serial(),
        not_before: Timestamp::from_seconds(1_790_000_000),
        not_after: Timestamp::from_seconds(1_890_000_000),
        created_at: NOW,
        enterprise_project: "0".into(),
        key: None,
        encryption: None,
        shard: None,
        revoked: None,
        tags: Tags::default(),
        der: issuer.as_bytes().to_vec(),
    }
}

fn tagged(tags: &[(&str, &str)]) -> Tags {
    let mut all = Tags::default();
    for (key, value) in tags {
        all.put(Tag::new(key, value).expect("the fixture is a tag")).expect("there are few");
    }
    all
}

async fn insert(ledger: &Arc<dyn Ledger>, certificates: &[Certificate]) {
    for certificate in certificates {
        let counter = Counter::of_account(Quota::Certificates, certificate.account);
        let insertion = changes().insert(certificate.clone()).add(counter, 1, None);
        commit_pki(ledger, insertion).await.expect("a certificate is inserted");
    }
}

/// Where the entries of a list stand in `all`, and its total.
fn places(all: &[Certificate], listed: &pki::Listed<Certificate>) -> (Vec<usize>, u64) {
    let place = |found: &Certificate| all.iter().position(|one| one == found);
    let places: Vec<usize> = listed.entries.iter().filter_map(place).collect();
    assert_eq!(places.len(), listed.entries.len(), "each is as it was written");
    (places, listed.total)
}

/// The filters of lists.
pub async fn certificates_are_filtered_by_what_is_true_at_the_time(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (stranger, _) = committed_account(&ledger).await;
    let mut all: Vec<Certificate> = (0..4).map(|_| certificate(account.id)).collect();
    all.sort_by_key(|one| one.id);
    let end = NOW + DAY;
    all[1].not_after = end;
    all[2].not_after = end;
    all[2].revoked = Some(Revoked { at: NOW, reason: RevocationReason::Superseded });
    all[3].enterprise_project = "1f0e0000-0000-0000-0000-00000000000a".into();
    "a%_b".clone_into(&mut all[3].distinguished_name.common_name);
    insert(&ledger, &all).await;
    insert(&ledger, &[certificate(stranger.id)]).await;
    let found = async |filter: CertificateFilter, now: Timestamp| {
        let direction = Direction::Ascending;
        let query = CertificateQuery { filter, direction, ..CertificateQuery::default() };
        let listed = ledger.certificates(account.id, &query, WHOLE, now).await.expect("reads");
        assert_eq!(listed.total, listed.entries.len() as u64);
        places(&all, &listed).0
    };
    let of = |status, project: Option<&str>, name: Option<&str>| CertificateFilter {
        name: name.map(str::to_owned),
        status,
        enterprise_project: project.map(str::to_owned),
    };

    let (issued, expired) = (Some(CertificateStatus::Issued), Some(CertificateStatus::Expired));
    let revoked = Some(CertificateStatus::Revoked);
    let own = Some("1f0e0000-0000-0000-0000-00000000000a");
    for (filter, early, late) in [
        (of(None, None, None), vec![0, 1, 2, 3], vec![0, 1, 2, 3]),
        (of(issued, None, None), vec![0, 1, 3], vec![0, 3]),
        (of(expired, None, None), vec![], vec![1]),
        (of(revoked, None, None), vec![2], vec![2]),
        (of(None, own, None), vec![3], vec![3]),
        (of(None, Some("0"), None), vec![0, 1, 2], vec![0, 1, 2]),
        (of(expired, Some("0"), None), vec![], vec![1]),
        (of(revoked, own, None), vec![], vec![]),
        (of(None, None, Some("%_")), vec![3], vec![3]),
        (of(None, None, Some("A%")), vec![], vec![]),
        (of(issued, Some("0"), Some("示例")), vec![0, 1], vec![0]),
    ] {
        assert_eq!(found(filter.clone(), NOW).await, early, "{filter:?}");
        assert_eq!(found(filter.clone(), end).await, late, "{filter:?} late");
    }
}

/// The orders of lists, and their pages.
pub async fn certificates_are_sorted_and_cut(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let mut all = Vec::new();
    for (at, name, issuer, end) in
        [(3, "b", "X", 7), (1, "c_1", "Z", 9), (2, "a%", "Y", 8), (4, "C", "W", 6)]
    {
        let mut one = certificate(account.id);
        one.created_at = Timestamp::from_millis(at);
        name.clone_into(&mut one.distinguished_name.common_name);
        issuer.clone_into(&mut one.issuer_name);
        one.not_after = Timestamp::from_seconds(end);
        all.push(one);
    }
    insert(&ledger, &all).await;
    let listed = async |order, direction, page| {
        let query = CertificateQuery { filter: CertificateFilter::default(), order, direction };
        let now = Timestamp::from_millis(5);
        let listed = ledger.certificates(account.id, &query, page, now).await.expect("reads");
        places(&all, &listed)
    };

    for (order, expected) in [
        (CertificateOrder::CommonName, [3, 2, 0, 1]),
        (CertificateOrder::CreationTime, [1, 2, 0, 3]),
        (CertificateOrder::IssuerName, [3, 0, 2, 1]),
        (CertificateOrder::NotAfter, [3, 0, 2, 1]),
    ] {
        let up = listed(order, Direction::Ascending, WHOLE).await;
        assert_eq!(up, (expected.to_vec(), 4), "{order:?}");
        let mut back = expected.to_vec();
        back.reverse();
        assert_eq!(listed(order, Direction::Descending, WHOLE).await.0, back, "{order:?}");
        for offset in 0..6 {
            let page = Page { limit: 2, offset };
            let (entries, total) = listed(order, Direction::Ascending, page).await;
            let skip = usize::try_from(offset).expect("it is small");
            let part: Vec<usize> = expected.iter().copied().skip(skip).take(2).collect();
            assert_eq!((entries, total), (part, 4), "{order:?} {page:?}");
        }
    }
    for page in [Page { limit: 0, offset: 0 }, Page { limit: 1, offset: u64::MAX }] {
        let order = CertificateOrder::CreationTime;
        assert_eq!(listed(order, Direction::Ascending, page).await, (vec![], 4), "{page:?}");
    }
}

/// Searches by tags.
pub async fn certificates_are_found_by_their_tags(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (stranger, _) = committed_account(&ledger).await;
    let mut all: Vec<Certificate> = (0..4).map(|_| certificate(account.id)).collect();
    // The last identifier first, as searches have it.
    all.sort_by_key(|one| std::cmp::Reverse(one.id));
    for (place, tags) in [
        (0, tagged(&[("team", "web"), ("stage", "")])),
        (1, tagged(&[("team", "shop"), ("stage", "live")])),
        (2, tagged(&[("team", "web")])),
    ] {
        all[place].tags = tags;
    }
    "A%b".clone_into(&mut all[2].distinguished_name.common_name);
    insert(&ledger, &all).await;
    insert(&ledger, &[Certificate { tags: all[0].tags.clone(), ..certificate(stranger.id) }]).await;

    for (tags, name, expected) in [
        (vec![], None, vec![0, 1, 2, 3]),
        (vec![("team", vec![])], None, vec![0, 1, 2]),
        (vec![("team", vec!["web"])], None, vec![0, 2]),
        (vec![("team", vec!["shop", "web", "none"])], None, vec![0, 1, 2]),
        (vec![("stage", vec![""])], None, vec![0]),
        (vec![("team", vec!["web"]), ("stage", vec![])], None, vec![0]),
        (vec![("team", vec!["web"]), ("stage", vec!["live"])], None, vec![]),
        (vec![("team", vec![]), ("owner", vec![])], None, vec![]),
        (vec![], Some("%"), vec![2]),
        (vec![("team", vec!["web"])], Some("A%"), vec![2]),
        (vec![("team", vec!["shop"])], Some("A%"), vec![]),
    ] {
        let search = search(&tags, name);
        for offset in 0..4 {
            let page = Page { limit: 2, offset };
            let found = ledger.certificates_by_tags(account.id, &search, page).await;
            let skip = usize::try_from(offset).expect("it is small");
            let part: Vec<usize> = expected.iter().copied().skip(skip).take(2).collect();
            let total = expected.len() as u64;
            assert_eq!(places(&all, &found.expect("reads")), (part, total), "{search:?} {page:?}");
        }
    }
}

fn search(tags: &[(&str, Vec<&str>)], name: Option<&str>) -> TagSearch {
    let wanted = |(key, values): &(&str, Vec<&str>)| {
        (String::from(*key), values.iter().copied().map(String::from).collect())
    };
    TagSearch { tags: tags.iter().map(wanted).collect(), name: name.map(str::to_owned) }
}

/// The tags of an account's certificates, as they change and go.
pub async fn tags_of_certificates_come_once_and_go_with_the_last(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (stranger, _) = committed_account(&ledger).await;
    let first = Certificate { tags: tagged(&[("b", "2"), ("a", "1")]), ..certificate(account.id) };
    let second = Certificate { tags: tagged(&[("a", "1")]), ..certificate(account.id) };
    let other = Certificate { tags: tagged(&[("s", "")]), ..certificate(stranger.id) };
    insert(&ledger, &[first.clone(), second.clone(), other]).await;
    let tags = async || {
        let tags = ledger.account_certificate_tags(account.id).await.expect("reads");
        tags.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>()
    };
    assert_eq!(tags().await, ["a=1", "b=2"]);

    let changed = Certificate { tags: tagged(&[("b", "3"), ("a", "1")]), ..first.clone() };
    let replace = changes().replace(changed, Version(1));
    commit_pki(&ledger, replace).await.expect("it is replaced");
    assert_eq!(tags().await, ["a=1", "b=3"]);
    let both = search(&[("a", vec![])], None);
    let found = ledger.certificates_by_tags(account.id, &both, WHOLE);
    assert_eq!(found.await.expect("reads").total, 2);

    let removal = changes().remove(first.row(), Version(2));
    commit_pki(&ledger, removal).await.expect("it is removed");
    assert_eq!(tags().await, ["a=1"]);
    let removal = changes().remove(second.row(), Version(1));
    commit_pki(&ledger, removal).await.expect("it is removed");
    assert!(tags().await.is_empty());
}

/// Searches for authorities.
pub async fn authorities_are_found_by_their_tags(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let project = project(&account);
    let mut all: Vec<Authority> = (0..3).map(|_| root(account.id)).collect();
    for (at, (one, tags)) in (1..).zip(all.iter_mut().zip([
        tagged(&[("team", "web"), ("stage", "")]),
        tagged(&[("team", "shop")]),
        tagged(&[("team", "web")]),
    ])) {
        one.created_at = Timestamp::from_millis(at);
        one.tags = tags;
    }
    let until = NOW + DAY;
    all[0] = all[0].clone().in_phase(Phase::DeletionScheduled { until });
    "B".clone_into(&mut all[2].distinguished_name.common_name);
    let workspace = Authority { home: Home::Workspace(project.id), ..root(account.id) };
    let elsewhere = Authority { tags: tagged(&[("team", "web")]), ..workspace };
    for authority in all.iter().chain([&elsewhere]) {
        let insertion = changes().insert(authority.clone());
        commit_pki(&ledger, insertion).await.expect("an authority is inserted");
    }

    for (tags, name, now, expected) in [
        (vec![], None, NOW, vec![2, 1, 0]),
        (vec![], None, until, vec![2, 1]),
        (vec![("team", vec!["web"])], None, NOW, vec![2, 0]),
        (vec![("team", vec!["web", "shop"])], None, NOW, vec![2, 1, 0]),
        (vec![("team", vec![]), ("stage", vec![""])], None, NOW, vec![0]),
        (vec![("team", vec![])], Some("B"), NOW, vec![2]),
        (vec![("owner", vec![])], None, NOW, vec![]),
    ] {
        let search = search(&tags, name);
        for offset in 0..4 {
            let page = Page { limit: 2, offset };
            let found = ledger.authorities_by_tags(account.id, &search, page, now).await;
            let found = found.expect("reads");
            let place = |found: &Authority| all.iter().position(|one| one.id == found.id);
            let places: Vec<usize> = found.entries.iter().filter_map(place).collect();
            let skip = usize::try_from(offset).expect("it is small");
            let part: Vec<usize> = expected.iter().copied().skip(skip).take(2).collect();
            assert_eq!((places, found.total), (part, expected.len() as u64), "{search:?} {page:?}");
        }
    }
}
