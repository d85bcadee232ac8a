//! Cases of records that were tampered with.

use std::str::FromStr;

use ledger::AccountId;
use pki::{KeyBinding, KeyError, KeyPurpose, KeyRecord, KeyStore};
use x509::key::{HashAlgorithm, KeyAlgorithm, SignatureAlgorithm};

use super::binding;

const SCHEME: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256);

pub(super) async fn a_record_under_another_binding_does_not_sign(store: &impl KeyStore) {
    let key = made(store, KeyPurpose::Authority).await;
    // Once as it is, so that whatever the store keeps open is open.
    store.sign(&key, SCHEME, b"").await.unwrap();

    for other in others(key.binding) {
        let swapped = KeyRecord { binding: other, ..key.clone() };

        let signed = store.sign(&swapped, SCHEME, b"").await;

        assert!(matches!(signed, Err(KeyError::Unusable(_))), "{other:?}");
    }
    assert!(store.sign(&key, SCHEME, b"").await.is_ok());
}

pub(super) async fn a_record_with_anothers_public_key_does_not_sign(store: &impl KeyStore) {
    let one = made(store, KeyPurpose::Authority).await;
    let two = made(store, KeyPurpose::Authority).await;
    store.sign(&one, SCHEME, b"").await.unwrap();
    let swapped_halves = KeyRecord { public_key: two.public_key.clone(), ..one.clone() };
    let swapped_blobs = KeyRecord { sealed: two.sealed.clone(), ..one.clone() };
    let renamed = KeyRecord { algorithm: KeyAlgorithm::EcP384, ..one };

    for record in [swapped_halves, swapped_blobs, renamed] {
        let signed = store.sign(&record, SCHEME, b"").await;

        assert!(matches!(signed, Err(KeyError::Unusable(_))), "{record:?}");
    }
}

pub(super) async fn a_record_under_another_binding_is_not_exported(store: &impl KeyStore) {
    let authority = made(store, KeyPurpose::Authority).await;
    let relabelled = KeyBinding { purpose: KeyPurpose::Csr, ..authority.binding };
    let csr = made(store, KeyPurpose::Csr).await;
    let [moved, ..] = others(csr.binding);

    for (record, binding) in [(authority, relabelled), (csr, moved)] {
        let exported = store.export(&KeyRecord { binding, ..record }).await;

        assert!(matches!(exported, Err(KeyError::Unusable(_))), "{binding:?}");
    }
}

pub(super) async fn a_key_of_another_store_does_not_sign(
    store: &impl KeyStore,
    other: &impl KeyStore,
) {
    let key = made(other, KeyPurpose::Authority).await;

    let signed = store.sign(&key, SCHEME, b"").await;

    assert!(matches!(signed, Err(KeyError::Unusable(_))));
}

async fn made(store: &impl KeyStore, purpose: KeyPurpose) -> KeyRecord {
    store.generate(binding(purpose), KeyAlgorithm::EcP256).await.unwrap()
}

/// The binding with one part changed, once for each part.
fn others(own: KeyBinding) -> [KeyBinding; 3] {
    let account = AccountId::from_str("ffffffffffffffffffffffffffffffff").unwrap();
    [
        KeyBinding { id: binding(own.purpose).id, ..own },
        KeyBinding { account, ..own },
        KeyBinding { purpose: KeyPurpose::Tls, ..own },
    ]
}
