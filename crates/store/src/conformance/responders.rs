//! Responders, and what OCSP reads.

use std::sync::Arc;
use std::time::Duration;

use ledger::{CaId, Version};
use pki::ocsp::{OcspRows, Responder, Standing};
use pki::{KeyPurpose, Revocation, RevocationReason};

use super::Ledger;
use super::fixtures::{NOW, changes, child, committed_account, key, root, serial};
use super::ledger_port::commit_pki;

fn responder(authority: &pki::authority::Authority) -> Responder {
    Responder {
        authority: authority.id,
        account: authority.account,
        key: key(authority.account, KeyPurpose::Responder).binding.id,
        serial: serial(),
        not_after: NOW + Duration::from_secs(200),
        renew_at: NOW + Duration::from_secs(100),
        certificate: vec![0x30, 0, 255],
    }
}

/// A responder reads back as it was written and replaced; each serial number that it had stays known.
pub async fn responders_read_back_as_written(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let authority = root(account.id);
    let id = authority.id;
    let first = responder(&authority);
    let both = changes().insert(authority.clone()).insert(first.clone());
    commit_pki(&ledger, both).await.expect("it can be inserted");

    let read = ledger.responder(id).await.expect("it can be read").expect("it is there");
    assert_eq!((&read.value, read.version), (&first, Version(1)));
    let rows = ledger.ocsp_rows(id).await.expect("they can be read");
    let expected =
        OcspRows { account: account.id, authority: Version(1), responder: Some(Version(1)) };
    assert_eq!(rows, Some(expected));

    let second = Responder {
        serial: serial(),
        certificate: vec![1],
        renew_at: NOW,
        ..responder(&authority)
    };
    commit_pki(&ledger, changes().replace(second.clone(), read.version))
        .await
        .expect("it can be replaced");

    let read = ledger.responder(id).await.expect("it can be read").expect("it is there");
    assert_eq!((&read.value, read.version), (&second, Version(2)));
    for serial in [&first.serial, &second.serial] {
        assert!(ledger.is_issued(id, serial).await.expect("it can be read"));
    }

    commit_pki(&ledger, changes().remove(read.value.row(), read.version))
        .await
        .expect("it can be removed");
    assert_eq!(ledger.responder(id).await.expect("it can be read"), None);
    let rows = ledger.ocsp_rows(id).await.expect("they can be read");
    assert_eq!(rows, Some(OcspRows { responder: None, ..expected }));
    assert!(ledger.is_issued(id, &second.serial).await.expect("it can be read"));
}

/// Of an authority that is not there nothing is read.
pub async fn nobody_answers_for_an_authority_that_is_not_there(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let id: CaId = root(account.id).id;

    assert_eq!(ledger.ocsp_rows(id).await.expect("they can be read"), None);
    assert_eq!(ledger.responder(id).await.expect("it can be read"), None);
}

/// Those that are due come with the one first that waits longest, as many as are wanted.
pub async fn responders_that_are_due_come_in_the_order_of_their_time(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let mut all = Vec::new();
    for seconds in [30, 10, 20, 40] {
        let authority = root(account.id);
        let renew_at = NOW + Duration::from_secs(seconds);
        let responder = Responder { renew_at, ..responder(&authority) };
        all.push(responder.clone());
        commit_pki(&ledger, changes().insert(authority).insert(responder))
            .await
            .expect("it can be inserted");
    }
    let at = NOW + Duration::from_secs(30);

    let due = ledger.responders_due(at, 10).await.expect("they can be read");
    let first = ledger.responders_due(at, 1).await.expect("they can be read");

    let due: Vec<_> = due.into_iter().map(|due| due.value).collect();
    assert_eq!(due, [all[1].clone(), all[2].clone(), all[0].clone()]);
    assert_eq!(first.first().map(|due| &due.value), all.get(1));
    assert_eq!(first.len(), 1);
}

/// What is told of a serial number: never issued, issued, revoked; also when the certificate and its
/// authority are gone.
pub async fn the_standing_of_a_serial_number_outlives_its_certificate(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let issuer = root(account.id);
    let below = child(account.id, issuer.id);
    let number = below.issued().expect("the fixture is active").serial.clone();
    let id = issuer.id;
    let standing = async || ledger.standing(id, &number).await.expect("it can be read");
    commit_pki(&ledger, changes().insert(issuer.clone())).await.expect("it can be inserted");
    assert_eq!(standing().await, Standing::NeverIssued);
    commit_pki(&ledger, changes().insert(below.clone())).await.expect("it can be inserted");
    assert_eq!(standing().await, Standing::Issued);
    let other = ledger.standing(below.id, &number).await.expect("it can be read");
    assert_eq!(other, Standing::NeverIssued);

    let revocation = Revocation {
        account: account.id,
        issuer: id,
        serial: number.clone(),
        revoked_at: NOW.floor_to_second(),
        reason: RevocationReason::Superseded,
        not_after: NOW,
        shard: None,
    };
    commit_pki(&ledger, changes().insert(revocation)).await.expect("it can be inserted");

    let revoked =
        Standing::Revoked { at: NOW.floor_to_second(), reason: RevocationReason::Superseded };
    assert_eq!(standing().await, revoked);
    let gone = changes().remove(below.row(), Version(1)).remove(issuer.row(), Version(1));
    commit_pki(&ledger, gone).await.expect("they can be removed");
    assert_eq!(standing().await, revoked);
}
