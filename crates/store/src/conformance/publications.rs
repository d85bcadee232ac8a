//! Agencies, and places that authorities take for their CRLs.

use std::sync::Arc;
use std::time::Duration;

use ledger::system::{SystemClock, SystemRandom};
use ledger::{AgencyId, CommitError};
use pki::agency::Agency;
use pki::crl::{CrlPlace, Location};

use super::Ledger;
use super::fixtures::{NOW, changes, committed_account, root};
use super::ledger_port::commit_pki;

/// An account has one agency, and no other account sees it.
pub async fn an_account_has_one_agency(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (other, _) = committed_account(&ledger).await;
    let agency = || Agency {
        id: AgencyId::generate(&SystemClock, &SystemRandom),
        account: account.id,
        created_at: NOW,
    };
    let first = agency();
    commit_pki(&ledger, changes().insert(first)).await.expect("it can be inserted");

    let second = commit_pki(&ledger, changes().insert(agency())).await;

    assert!(matches!(second, Err(CommitError::Conflict)));
    assert_eq!(ledger.agency(account.id).await.expect("it can be read"), Some(first));
    assert_eq!(ledger.agency(other.id).await.expect("it can be read"), None);
}

/// A place is taken once, and stays taken when its authority goes; all places of an authority, and
/// all places there are, can be read.
pub async fn a_place_of_a_crl_is_taken_once_for_ever(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let authority = root(account.id);
    let place = |name: &str, seconds: u64| CrlPlace {
        location: Location { bucket: "bucket".to_owned(), name: name.to_owned() },
        authority: authority.id,
        account: account.id,
        taken_at: NOW + Duration::from_secs(seconds),
    };
    let (first, second) = (place("z", 0), place("a", 1));
    let both = changes().insert(authority.clone()).insert(first.clone()).insert(second.clone());
    commit_pki(&ledger, both).await.expect("they can be inserted");

    let again = CrlPlace { authority: root(account.id).id, ..first.clone() };
    let again = commit_pki(&ledger, changes().insert(again)).await;
    assert!(matches!(again, Err(CommitError::Conflict)));

    let version = ledger.authority(account.id, authority.id).await.expect("it can be read");
    let version = version.expect("it is there").version;
    commit_pki(&ledger, changes().remove(authority.row(), version)).await.expect("it can go");
    let read = ledger.crl_place(&first.location).await.expect("it can be read");
    assert_eq!(read.as_ref(), Some(&first));
    let of = ledger.crl_places(authority.id).await.expect("they can be read");
    assert_eq!(of, [first.clone(), second.clone()]);
    let all = ledger.crl_places_after(None, 1).await.expect("they can be read");
    assert_eq!(all, std::slice::from_ref(&second));
    let rest = ledger.crl_places_after(Some(&second.location), 10).await.expect("they can be read");
    assert_eq!(rest, [first]);
    let own = authority.issued().map(|issued| issued.certificate.clone());
    let kept = ledger.authority_certificate(authority.id).await.expect("it can be read");
    assert_eq!(kept, own);
}
