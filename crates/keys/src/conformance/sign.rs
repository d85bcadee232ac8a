//! Cases of signing.

use pki::{KeyError, KeyPurpose, KeyStore};
use x509::key::{
    HashAlgorithm, KeyAlgorithm, KeyFamily, MessageDigest, PrivateKey, SignatureAlgorithm,
};

use super::{binding, judge};

const MESSAGE: &[u8] = b"to be signed";

pub(super) async fn every_algorithm_signs_with_every_hash_that_suits_it(store: &impl KeyStore) {
    for algorithm in KeyAlgorithm::ALL {
        let key = store.generate(binding(KeyPurpose::Authority), algorithm).await.unwrap();
        assert_eq!(key.algorithm, algorithm);
        assert_eq!(key.public_key.algorithm(), algorithm);
        for hash in hashes_of(algorithm) {
            let scheme = SignatureAlgorithm::for_key(algorithm, hash).unwrap();

            let signature = store.sign(&key, scheme, MESSAGE).await.unwrap();

            let own = key.public_key.verify(scheme, MESSAGE, &signature);
            assert!(own.is_ok(), "{algorithm} with {hash}");
            let other = key.public_key.verify(scheme, b"another message", &signature);
            assert!(other.is_err(), "{algorithm} with {hash}");
            judge::openssl_verifies(&key.public_key, hash, MESSAGE, &signature);
        }
    }
}

pub(super) async fn an_algorithm_of_another_family_is_a_mismatch(store: &impl KeyStore) {
    let schemes = [
        (KeyFamily::Rsa, SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha256)),
        (KeyFamily::Ec, SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256)),
        (KeyFamily::Sm2, SignatureAlgorithm::Sm2Sm3),
    ];
    for algorithm in [KeyAlgorithm::Rsa2048, KeyAlgorithm::EcP256, KeyAlgorithm::Sm2] {
        let key = store.generate(binding(KeyPurpose::Csr), algorithm).await.unwrap();
        for (family, scheme) in schemes {
            let signed = store.sign(&key, scheme, MESSAGE).await;

            let refused = matches!(signed, Err(KeyError::Mismatch));
            assert_eq!(refused, family != algorithm.family(), "{algorithm} as {family:?}");
        }
    }
}

pub(super) async fn a_digest_is_signed_as_its_message_is(store: &impl KeyStore) {
    for algorithm in KeyAlgorithm::ALL {
        let key = store.generate(binding(KeyPurpose::Authority), algorithm).await.unwrap();
        for hash in hashes_of(algorithm) {
            let scheme = SignatureAlgorithm::for_key(algorithm, hash).unwrap();
            let mut digest = MessageDigest::new(scheme, &key.public_key);
            MESSAGE.chunks(5).for_each(|part| digest.update(part));
            let digest = digest.finish();

            let signature = store.sign_digest(&key, scheme, &digest).await.unwrap();

            assert!(
                key.public_key.verify(scheme, MESSAGE, &signature).is_ok(),
                "{algorithm} {hash}"
            );
            assert!(key.public_key.verify_digest(scheme, &digest, &signature).is_ok());
            let other = vec![7; digest.len()];
            assert!(key.public_key.verify_digest(scheme, &other, &signature).is_err());
            judge::openssl_verifies(&key.public_key, hash, MESSAGE, &signature);
        }
    }
}

pub(super) async fn a_digest_of_another_length_or_family_is_a_mismatch(store: &impl KeyStore) {
    for algorithm in [KeyAlgorithm::Rsa2048, KeyAlgorithm::EcP256, KeyAlgorithm::Sm2] {
        let key = store.generate(binding(KeyPurpose::Authority), algorithm).await.unwrap();
        let hash = hashes_of(algorithm)[0];
        let own = SignatureAlgorithm::for_key(algorithm, hash).unwrap();
        let other = match algorithm {
            KeyAlgorithm::Rsa2048 => SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256),
            _ => SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha256),
        };
        for (scheme, octets) in [(own, 31), (own, 33), (own, 0), (other, 32)] {
            let signed = store.sign_digest(&key, scheme, &vec![1; octets]).await;

            assert!(matches!(signed, Err(KeyError::Mismatch)), "{algorithm} {scheme:?} {octets}");
        }
    }
}

pub(super) async fn an_imported_key_signs(store: &impl KeyStore) {
    for algorithm in KeyAlgorithm::ALL {
        let text = judge::openssl_generates(algorithm);
        let key = PrivateKey::from_pem(&text).unwrap();
        let public_key = key.public_key().clone();

        let record = store.import(binding(KeyPurpose::Csr), key, text).await.unwrap();

        assert_eq!(record.public_key, public_key);
        let hash = hashes_of(algorithm)[0];
        let scheme = SignatureAlgorithm::for_key(algorithm, hash).unwrap();
        let signature = store.sign(&record, scheme, MESSAGE).await.unwrap();
        judge::openssl_verifies(&public_key, hash, MESSAGE, &signature);
    }
}

pub(super) async fn a_key_signs_again_and_again_and_at_the_same_time(store: &impl KeyStore) {
    for algorithm in [KeyAlgorithm::Rsa2048, KeyAlgorithm::EcP384, KeyAlgorithm::Sm2] {
        let key = store.generate(binding(KeyPurpose::Authority), algorithm).await.unwrap();
        let scheme = SignatureAlgorithm::for_key(algorithm, hashes_of(algorithm)[0]).unwrap();
        let messages: Vec<_> = (0..8_u8).map(|n| vec![n; usize::from(n) * 100]).collect();

        let (first, second) = tokio::join!(
            sign_all(store, &key, scheme, &messages),
            sign_all(store, &key, scheme, &messages)
        );

        for (message, signature) in
            messages.iter().chain(&messages).zip(first.iter().chain(&second))
        {
            assert!(key.public_key.verify(scheme, message, signature).is_ok(), "{algorithm}");
        }
    }
}

async fn sign_all(
    store: &impl KeyStore,
    key: &pki::KeyRecord,
    scheme: SignatureAlgorithm,
    messages: &[Vec<u8>],
) -> Vec<Vec<u8>> {
    let mut signatures = Vec::new();
    for message in messages {
        signatures.push(store.sign(key, scheme, message).await.unwrap());
    }
    signatures
}

/// SM3 goes with SM2, the others with all others.
pub(super) fn hashes_of(algorithm: KeyAlgorithm) -> Vec<HashAlgorithm> {
    let suits = |hash: &HashAlgorithm| {
        (*hash == HashAlgorithm::Sm3) == (algorithm.family() == KeyFamily::Sm2)
    };
    HashAlgorithm::ALL.into_iter().filter(suits).collect()
}
