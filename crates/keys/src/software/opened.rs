//! Signing keys that were opened before: opening costs more than most signatures.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN};
use ledger::KeyId;
use pki::KeyRecord;

use super::signing_key::SigningKey;
use crate::binding::context_of;

/// How many opened keys are kept: a few megabytes at most.
const CAPACITY: usize = 1024;
/// How many new keys wait for their first signature.
const FRESH: usize = 256;
/// How many destroyed keys are remembered: far more than signatures can be under way at once.
const FORGOTTEN: usize = 1024;

/// Tells records apart by everything that their opening depends on, so that a record which was
/// tampered with never finds the key of the untouched one.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub(super) struct Fingerprint([u8; SHA256_OUTPUT_LEN]);

impl Fingerprint {
    /// The fingerprint of a record.
    pub(super) fn of(record: &KeyRecord) -> Self {
        let mut digest = Context::new(&SHA256);
        digest.update(context_of(record).with(&record.sealed).as_bytes());
        let mut fingerprint = [0; SHA256_OUTPUT_LEN];
        fingerprint.copy_from_slice(digest.finish().as_ref());
        Self(fingerprint)
    }
}

/// The signing keys used last. One that is pushed out is wiped when its last user is done.
pub(super) struct OpenedKeys {
    kept: Mutex<Kept>,
    capacity: usize,
}

#[derive(Default)]
struct Kept {
    keys: HashMap<Fingerprint, Opened>,
    /// The keys destroyed last: a signature that was under way then must not leave one open.
    forgotten: VecDeque<KeyId>,
    /// Counts uses.
    now: u64,
}

struct Opened {
    id: KeyId,
    key: Arc<SigningKey>,
    used_at: u64,
}

impl OpenedKeys {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self::of_capacity(CAPACITY)
    }

    /// Nothing yet, with room for as many new keys as requests are under way at once. One that is
    /// never asked for, since its request was refused, goes when the room is needed.
    pub(super) fn fresh() -> Self {
        Self::of_capacity(FRESH)
    }

    fn of_capacity(capacity: usize) -> Self {
        Self { kept: Mutex::default(), capacity }
    }

    /// The key, if it was opened before.
    pub(super) fn find(&self, fingerprint: &Fingerprint) -> Option<Arc<SigningKey>> {
        let mut kept = self.lock();
        kept.now += 1;
        let now = kept.now;
        let opened = kept.keys.get_mut(fingerprint)?;
        opened.used_at = now;
        Some(Arc::clone(&opened.key))
    }

    /// The key, if it was opened before; it is not kept any longer.
    pub(super) fn take(&self, fingerprint: &Fingerprint) -> Option<Arc<SigningKey>> {
        self.lock().keys.remove(fingerprint).map(|opened| opened.key)
    }

    /// Lets go of the key `id`, whatever the records that it was opened from.
    pub(super) fn forget(&self, id: KeyId) {
        let mut kept = self.lock();
        kept.keys.retain(|_, opened| opened.id != id);
        if kept.forgotten.len() >= FORGOTTEN {
            kept.forgotten.pop_front();
        }
        kept.forgotten.push_back(id);
    }

    /// Keeps the key `id`, in the place of the one that was not used for the longest time; one
    /// that was destroyed is not kept.
    pub(super) fn keep(&self, id: KeyId, fingerprint: Fingerprint, key: Arc<SigningKey>) {
        let mut kept = self.lock();
        if kept.forgotten.contains(&id) {
            return;
        }
        if kept.keys.len() >= self.capacity && !kept.keys.contains_key(&fingerprint) {
            let oldest = kept.keys.iter().min_by_key(|(_, opened)| opened.used_at);
            if let Some(oldest) = oldest.map(|(fingerprint, _)| *fingerprint) {
                kept.keys.remove(&oldest);
            }
        }
        kept.now += 1;
        let used_at = kept.now;
        kept.keys.insert(fingerprint, Opened { id, key, used_at });
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use ledger::system::{SystemClock, SystemRandom};
    use x509::key::PrivateKey;

    use super::*;

    fn key() -> Arc<SigningKey> {
        Arc::new(SigningKey::new(&PrivateKey::from_sm2_scalar(&[1; 32]).unwrap()).unwrap())
    }

    fn id() -> KeyId {
        KeyId::generate(&SystemClock, &SystemRandom)
    }

    #[test]
    fn the_key_that_was_not_used_for_the_longest_time_goes() {
        let opened = OpenedKeys::of_capacity(2);
        let [first, second, third] = [1, 2, 3].map(|n| Fingerprint([n; 32]));
        opened.keep(id(), first, key());
        opened.keep(id(), second, key());
        assert!(opened.find(&first).is_some());

        opened.keep(id(), third, key());

        assert!(opened.find(&first).is_some());
        assert!(opened.find(&second).is_none());
        assert!(opened.find(&third).is_some());
    }

    #[test]
    fn keeping_one_twice_pushes_none_out() {
        let opened = OpenedKeys::of_capacity(2);
        let [first, second] = [1, 2].map(|n| Fingerprint([n; 32]));
        opened.keep(id(), first, key());
        opened.keep(id(), second, key());

        opened.keep(id(), second, key());

        assert!(opened.find(&first).is_some());
    }

    #[test]
    fn a_key_that_is_pushed_out_is_let_go() {
        let opened = OpenedKeys::of_capacity(1);
        let pushed_out = key();
        opened.keep(id(), Fingerprint([1; 32]), Arc::clone(&pushed_out));

        opened.keep(id(), Fingerprint([2; 32]), key());

        assert_eq!(Arc::strong_count(&pushed_out), 1);
    }

    #[test]
    fn a_destroyed_key_is_let_go_and_not_kept_again() {
        let opened = OpenedKeys::of_capacity(4);
        let (destroyed, other) = (id(), id());
        let [first, second, third] = [1, 2, 3].map(|n| Fingerprint([n; 32]));
        let kept = key();
        opened.keep(destroyed, first, Arc::clone(&kept));
        // The same key, sealed anew.
        opened.keep(destroyed, second, Arc::clone(&kept));
        opened.keep(other, third, key());

        opened.forget(destroyed);
        opened.keep(destroyed, first, Arc::clone(&kept));

        assert_eq!(Arc::strong_count(&kept), 1);
        assert!(opened.find(&third).is_some());
    }

    #[test]
    fn of_destroyed_keys_only_so_many_are_remembered() {
        let opened = OpenedKeys::of_capacity(1);
        for _ in 0..=FORGOTTEN {
            opened.forget(id());
        }

        assert_eq!(opened.lock().forgotten.len(), FORGOTTEN);
    }
}
