//! Cases of export.

use pki::{KeyError, KeyPurpose, KeyStore};
use x509::key::{KeyAlgorithm, PrivateKey};
use zeroize::Zeroizing;

use super::{binding, judge};

pub(super) async fn keys_of_authorities_and_of_tls_never_leave(store: &impl KeyStore) {
    for purpose in [KeyPurpose::Authority, KeyPurpose::Tls] {
        let made = store.generate(binding(purpose), KeyAlgorithm::EcP256).await.unwrap();
        let text = judge::openssl_generates(KeyAlgorithm::EcP256);
        let key = PrivateKey::from_pem(&text).unwrap();
        let imported = store.import(binding(purpose), key, text).await.unwrap();

        for record in [made, imported] {
            let exported = store.export(&record).await;

            assert!(matches!(exported, Err(KeyError::NotExportable)), "{purpose:?}");
        }
    }
}

pub(super) async fn a_generated_key_leaves_as_pkcs8(store: &impl KeyStore) {
    for algorithm in KeyAlgorithm::ALL {
        let record = store.generate(binding(KeyPurpose::Csr), algorithm).await.unwrap();

        let exported = store.export(&record).await.unwrap();

        assert!(exported.starts_with("-----BEGIN PRIVATE KEY-----\n"), "{algorithm}");
        assert!(exported.ends_with("-----END PRIVATE KEY-----\n"), "{algorithm}");
        let public_key = judge::openssl_public_key(&exported);
        assert_eq!(public_key, record.public_key.to_pem(), "{algorithm}");
    }
}

pub(super) async fn an_imported_key_leaves_as_it_came(store: &impl KeyStore) {
    for algorithm in KeyAlgorithm::ALL {
        let pem = judge::openssl_generates(algorithm);
        let text = Zeroizing::new(format!("a note before\r\n{}\r\n", pem.replace('\n', "\r\n")));
        let key = PrivateKey::from_pem(&text).unwrap();
        let record = store.import(binding(KeyPurpose::Csr), key, text.clone()).await.unwrap();

        let exported = store.export(&record).await.unwrap();

        assert_eq!(*exported, *text, "{algorithm}");
    }
}
