//! Access keys, lasting and temporary, and hashes of passwords.

use std::sync::Arc;

use iam::{Scope, TemporaryKey, TokenDigest, User};
use ledger::system::SystemRandom;
use ledger::{CommitError, Random, Timestamp, Version, Versioned};

use super::Ledger;
use super::fixtures::{NOW, access_key, changes, committed_account, token, unique};
use super::ledger_port::commit_iam;

fn temporary_key(token: &iam::Token, slot: u8, expires_at: Timestamp) -> TemporaryKey {
    let random: &dyn Random = &SystemRandom;
    TemporaryKey {
        access: unique(),
        token: token.digest,
        user: token.user,
        account: token.account,
        slot,
        sealed_secret: vec![0, 1, 255],
        security_token: TokenDigest(random.bytes()),
        policy: Some("{\"Version\":\"1.1\"}".into()),
        created_at: NOW,
        expires_at,
    }
}

fn is_conflict(answer: &Result<(), CommitError>) -> bool {
    matches!(answer, Err(CommitError::Conflict))
}

/// The keys of one user.
pub async fn access_keys_of_a_user_come_oldest_first(ledger: Arc<dyn Ledger>) {
    let (_, user) = committed_account(&ledger).await;
    let (mut first, mut second) = (access_key(&user), access_key(&user));
    (first.slot, first.created_at) = (0, Timestamp::from_millis(1));
    (second.slot, second.created_at) = (1, Timestamp::from_millis(2));
    let both = changes().insert(second.clone()).insert(first.clone());
    commit_iam(&ledger, both).await.expect("both are inserted");
    second.description.clear();
    let replaced = changes().replace(second.clone(), Version(1));
    commit_iam(&ledger, replaced).await.expect("one is described anew");

    let read = ledger.access_keys(user.id).await.expect("reads");

    let first = Versioned { value: first, version: Version(1) };
    let second = Versioned { value: second, version: Version(2) };
    assert_eq!(read, [first, second]);
}

/// The bound on the number of keys.
pub async fn a_slot_is_given_once_to_a_user(ledger: Arc<dyn Ledger>) {
    let (_, user) = committed_account(&ledger).await;
    let token = token(&user, Scope::Domain, NOW);
    let temporary = temporary_key(&token, 7, NOW);
    let first = changes().insert(access_key(&user)).insert(token.clone()).insert(temporary.clone());
    commit_iam(&ledger, first).await.expect("the first are inserted");

    let again = commit_iam(&ledger, changes().insert(access_key(&user))).await;
    assert!(is_conflict(&again), "{again:?}");
    let another = temporary_key(&token, 7, NOW);
    let again = commit_iam(&ledger, changes().insert(another.clone())).await;
    assert!(is_conflict(&again), "{again:?}");
    let moved = changes().remove(temporary.row(), Version(1)).insert(another);
    commit_iam(&ledger, moved).await.expect("what is removed makes room in the same commit");
}

/// Temporary keys with all that they rest on.
pub async fn temporary_keys_read_back_with_their_token(ledger: Arc<dyn Ledger>) {
    let (account, user) = committed_account(&ledger).await;
    let token = token(&user, Scope::Domain, NOW);
    let key = temporary_key(&token, 3, NOW);
    let plain = TemporaryKey { policy: None, ..temporary_key(&token, 4, NOW) };
    let all = changes().insert(plain.clone()).insert(key.clone()).insert(token.clone());
    commit_iam(&ledger, all).await.expect("all are inserted");

    let read = ledger.temporary_session(&key.access).await.expect("reads").expect("is there");
    assert_eq!(read.key, Versioned { value: key.clone(), version: Version(1) });
    assert_eq!(read.token, Versioned { value: token, version: Version(1) });
    assert_eq!((read.user.value, read.account.value), (user.clone(), account));
    let all = ledger.temporary_keys(user.id).await.expect("reads");
    let all: Vec<TemporaryKey> = all.into_iter().map(|key| key.value).collect();
    assert_eq!(all, [key, plain]);
    assert!(ledger.temporary_session("nobody").await.expect("reads").is_none());
}

/// What ends a token ends its keys.
pub async fn temporary_keys_go_with_their_token(ledger: Arc<dyn Ledger>) {
    let (_, user) = committed_account(&ledger).await;
    let token = token(&user, Scope::Domain, NOW);
    let key = temporary_key(&token, 0, NOW);
    let both = changes().insert(key.clone()).insert(token.clone());
    commit_iam(&ledger, both).await.expect("both are inserted");

    let removal = changes().remove(token.row(), Version(1));
    commit_iam(&ledger, removal).await.expect("the token is removed");

    assert!(ledger.temporary_session(&key.access).await.expect("reads").is_none());
    let late = commit_iam(&ledger, changes().insert(key)).await;
    assert!(is_conflict(&late), "{late:?}");
}

/// The queue of temporary keys that can be forgotten.
pub async fn expired_temporary_keys_come_earliest_first(ledger: Arc<dyn Ledger>) {
    let (_, user) = committed_account(&ledger).await;
    let token = token(&user, Scope::Domain, NOW);
    let at = Timestamp::from_millis;
    let [first, second, alive] =
        [(1, 1), (2, 2), (3, 4)].map(|(slot, expiry)| temporary_key(&token, slot, at(expiry)));
    let all = changes().insert(token).insert(alive).insert(second.clone()).insert(first.clone());
    commit_iam(&ledger, all).await.expect("all are inserted");

    let expired = async |limit| {
        let read = ledger.expired_temporary_keys(at(4), limit).await.expect("reads");
        read.into_iter().map(|key| key.value).collect::<Vec<_>>()
    };
    assert_eq!(expired(1).await, std::slice::from_ref(&first));
    assert_eq!(expired(9).await, [first, second]);
}

/// A hash at another cost.
pub async fn a_rehash_changes_no_version_and_holds_for_the_user_that_was_read(
    ledger: Arc<dyn Ledger>,
) {
    let (_, user) = committed_account(&ledger).await;
    let hash = |text: &str| User { password_hash: Some(text.into()), ..user.clone() };
    let rehash =
        |text: &str, version| changes().replace(iam::Record::Rehash(hash(text)), Version(version));

    commit_iam(&ledger, rehash("first", 1)).await.expect("the hash is made anew");
    commit_iam(&ledger, rehash("second", 1)).await.expect("and once more");
    let read = ledger.user(user.id).await.expect("reads");
    assert_eq!(read, Some(Versioned { value: hash("second"), version: Version(1) }));

    let replaced = changes().replace(hash("another password"), Version(1));
    commit_iam(&ledger, replaced).await.expect("the password is changed");
    let late = commit_iam(&ledger, rehash("third", 1)).await;
    assert!(is_conflict(&late), "{late:?}");
    let read = ledger.user(user.id).await.expect("reads").expect("is there");
    assert_eq!(read.value, hash("another password"));
}

/// Rehashes and changes that rest on the same user, all at once.
pub async fn a_rehash_is_in_nobodys_way(ledger: Arc<dyn Ledger>) {
    let (_, user) = committed_account(&ledger).await;
    let mut commits = tokio::task::JoinSet::new();
    for number in 0..64 {
        let (ledger, user) = (Arc::clone(&ledger), user.clone());
        commits.spawn(async move {
            let expected = changes().expect(user.row(), Version(1));
            let changes = if number % 2 == 0 {
                let rehashed = User { password_hash: Some(number.to_string()), ..user };
                expected.replace(iam::Record::Rehash(rehashed), Version(1))
            } else {
                expected.insert(token(&user, Scope::Domain, NOW))
            };
            commit_iam(&ledger, changes).await
        });
    }

    for answer in commits.join_all().await {
        answer.expect("nothing is in the way");
    }
}
