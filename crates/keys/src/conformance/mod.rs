//! What every [`KeyStore`] does, whatever keeps its keys. One call runs all of it:
//! `conformance::run(|| store).await`.

mod binding;
mod export;
pub(crate) mod judge;
mod sign;

use std::str::FromStr;

use ledger::system::{SystemClock, SystemRandom};
use ledger::{AccountId, KeyId};
use pki::{KeyBinding, KeyPurpose, KeyStore};

/// Runs every case on a fresh key store each.
pub(crate) async fn run<S: KeyStore>(fresh: impl Fn() -> S) {
    sign::every_algorithm_signs_with_every_hash_that_suits_it(&fresh()).await;
    sign::an_algorithm_of_another_family_is_a_mismatch(&fresh()).await;
    sign::a_digest_is_signed_as_its_message_is(&fresh()).await;
    sign::a_digest_of_another_length_or_family_is_a_mismatch(&fresh()).await;
    sign::an_imported_key_signs(&fresh()).await;
    sign::a_key_signs_again_and_again_and_at_the_same_time(&fresh()).await;
    binding::a_record_under_another_binding_does_not_sign(&fresh()).await;
    binding::a_record_with_anothers_public_key_does_not_sign(&fresh()).await;
    binding::a_record_under_another_binding_is_not_exported(&fresh()).await;
    binding::a_key_of_another_store_does_not_sign(&fresh(), &fresh()).await;
    export::keys_of_authorities_and_of_tls_never_leave(&fresh()).await;
    export::a_generated_key_leaves_as_pkcs8(&fresh()).await;
    export::an_imported_key_leaves_as_it_came(&fresh()).await;
}

/// A binding of its own with this purpose.
pub(crate) fn binding(purpose: KeyPurpose) -> KeyBinding {
    KeyBinding {
        id: KeyId::generate(&SystemClock, &SystemRandom),
        account: AccountId::from_str("0123456789abcdef0123456789abcdef").unwrap(),
        purpose,
    }
}
