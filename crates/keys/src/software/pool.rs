//! Ready-made RSA keys, so that whoever asks for one need not wait for primes to be found.
//!
//! They lie in memory alone, in types that are wiped when dropped, and are never written: no restart
//! can give one twice. Whoever takes a key takes it out.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ledger::AccountId;
use x509::key::{KeyAlgorithm, PrivateKey};

use super::signing_key::SigningKey;
use crate::measure;

/// For how long an account that was given a key leaves the reserve to others.
const WINDOW: Duration = Duration::from_secs(60);
/// One key in so many is kept in reserve.
const RESERVE: usize = 6;
/// From how many remembered accounts on those are forgotten whose time is over.
const REMEMBERED: usize = 256;

/// How many RSA keys are kept ready of each size; 0 is none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RsaPool {
    /// Of 2048 bits.
    pub rsa2048: usize,
    /// Of 3072 bits.
    pub rsa3072: usize,
    /// Of 4096 bits.
    pub rsa4096: usize,
}

impl RsaPool {
    /// No key at all.
    pub const OFF: Self = Self { rsa2048: 0, rsa3072: 0, rsa4096: 0 };

    /// Each size with how many of it.
    fn shelves(self) -> [(KeyAlgorithm, usize); 3] {
        [
            (KeyAlgorithm::Rsa2048, self.rsa2048),
            (KeyAlgorithm::Rsa3072, self.rsa3072),
            (KeyAlgorithm::Rsa4096, self.rsa4096),
        ]
    }
}

/// A key that has proved itself, and what it signs with.
pub(super) struct ReadyKey {
    pub(super) key: PrivateKey,
    pub(super) signing_key: SigningKey,
}

/// The ready-made keys.
pub(super) struct Pool {
    content: Mutex<Content>,
    /// A key was taken, or the pool was closed.
    changed: Condvar,
}

struct Content {
    shelves: Vec<Shelf>,
    is_open: bool,
}

/// The keys of one size.
struct Shelf {
    algorithm: KeyAlgorithm,
    capacity: usize,
    keys: Vec<ReadyKey>,
    /// When each account was given its last one.
    served: HashMap<AccountId, Instant>,
}

impl Shelf {
    fn new((algorithm, capacity): (KeyAlgorithm, usize)) -> Self {
        Self { algorithm, capacity, keys: Vec::new(), served: HashMap::new() }
    }

    /// How many of the last keys are kept for accounts that were given none lately, so that no
    /// account can leave the others without.
    fn reserve(&self) -> usize {
        (self.capacity / RESERVE).max(usize::from(self.capacity > 1))
    }

    fn take(&mut self, account: AccountId, now: Instant) -> Option<ReadyKey> {
        let lately = |at: &Instant| now.saturating_duration_since(*at) < WINDOW;
        if self.keys.len() <= self.reserve() && self.served.get(&account).is_some_and(lately) {
            return None;
        }
        let key = self.keys.pop()?;
        if self.served.len() >= REMEMBERED {
            self.served.retain(|_, at| lately(at));
        }
        self.served.insert(account, now);
        Some(key)
    }

    /// What is missing, in parts of a million, so that sizes can be compared.
    fn want(&self) -> usize {
        let missing = self.capacity.saturating_sub(self.keys.len());
        missing.saturating_mul(1_000_000).checked_div(self.capacity).unwrap_or(0)
    }
}

impl Pool {
    /// No keys, and room for none: see [`Pool::open`].
    pub(super) fn closed() -> Self {
        let content = Content { shelves: Vec::new(), is_open: false };
        Self { content: Mutex::new(content), changed: Condvar::new() }
    }

    /// Makes room for keys. Who calls this then fills it.
    pub(super) fn open(&self, sizes: RsaPool) {
        let mut content = self.lock();
        content.shelves = sizes.shelves().into_iter().map(Shelf::new).collect();
        content.is_open = true;
        for (algorithm, _) in sizes.shelves() {
            measure::ready(algorithm, 0);
        }
    }

    /// Drops all keys, and ends whoever fills the pool.
    pub(super) fn close(&self) {
        let mut content = self.lock();
        content.shelves.clear();
        content.is_open = false;
        self.changed.notify_all();
    }

    /// A key of this kind for `account`; nobody else gets it. `None` when none is left for it.
    pub(super) fn take(
        &self,
        algorithm: KeyAlgorithm,
        account: AccountId,
        now: Instant,
    ) -> Option<ReadyKey> {
        let mut content = self.lock();
        let shelf = content.shelves.iter_mut().find(|shelf| shelf.algorithm == algorithm)?;
        let taken = shelf.take(account, now)?;
        measure::ready(algorithm, shelf.keys.len());
        measure::taken(algorithm);
        self.changed.notify_all();
        Some(taken)
    }

    /// Waits until a key is missing; which, the emptiest shelf first. `None` when the pool closes.
    pub(super) fn wanted(&self) -> Option<KeyAlgorithm> {
        let mut content = self.lock();
        while content.is_open {
            // Of equally empty ones the first: the smaller keys are asked for more often.
            let emptiest = content.shelves.iter().rev().max_by_key(|shelf| shelf.want());
            if let Some(shelf) = emptiest.filter(|shelf| shelf.want() > 0) {
                return Some(shelf.algorithm);
            }
            content = self.changed.wait(content).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    /// Adds a key, if there is room for it.
    pub(super) fn put(&self, made: ReadyKey) {
        let mut content = self.lock();
        let algorithm = made.key.algorithm();
        let shelf = content.shelves.iter_mut().find(|shelf| shelf.algorithm == algorithm);
        if let Some(shelf) = shelf.filter(|shelf| shelf.keys.len() < shelf.capacity) {
            shelf.keys.push(made);
            measure::ready(algorithm, shelf.keys.len());
        }
    }

    /// Waits a moment; whether the pool is still open after it.
    pub(super) fn rest(&self, moment: Duration) -> bool {
        let (content, _) = self
            .changed
            .wait_timeout_while(self.lock(), moment, |content| content.is_open)
            .unwrap_or_else(PoisonError::into_inner);
        content.is_open
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;
    use std::sync::Arc;

    use ledger::system::SystemRandom;

    use super::*;
    use crate::software::generate::generate;

    fn account(digit: char) -> AccountId {
        AccountId::from_str(&digit.to_string().repeat(32)).unwrap()
    }

    fn made() -> ReadyKey {
        let key = generate(KeyAlgorithm::Rsa2048, &SystemRandom).unwrap();
        let signing_key = SigningKey::new(&key).unwrap();
        ReadyKey { key, signing_key }
    }

    /// A pool of as many keys of 2048 bits. Making them takes a while, so they are copies of one;
    /// only the test of concurrency looks at which is which.
    fn full(capacity: usize) -> Pool {
        let pool = Pool::closed();
        pool.open(RsaPool { rsa2048: capacity, ..RsaPool::OFF });
        let one = made();
        for _ in 0..capacity {
            let signing_key = SigningKey::new(&one.key).unwrap();
            pool.put(ReadyKey { key: one.key.clone(), signing_key });
        }
        pool
    }

    fn take(pool: &Pool, account: AccountId, now: Instant) -> bool {
        pool.take(KeyAlgorithm::Rsa2048, account, now).is_some()
    }

    #[test]
    fn a_burst_of_one_account_leaves_the_reserve_to_others() {
        let (pool, now) = (full(24), Instant::now());

        let burst = (0..30).filter(|_| take(&pool, account('a'), now)).count();

        assert_eq!(burst, 20);
        let others: Vec<bool> = "bcdef".chars().map(|c| take(&pool, account(c), now)).collect();
        assert_eq!(others, [true, true, true, true, false]);
    }

    #[test]
    fn the_reserve_is_open_again_to_an_account_after_its_window() {
        let (pool, now) = (full(2), Instant::now());
        assert!(take(&pool, account('a'), now));

        assert!(!take(&pool, account('a'), now + WINDOW - Duration::from_millis(1)));
        assert!(take(&pool, account('a'), now + WINDOW));
    }

    #[test]
    fn a_single_key_is_anyones() {
        let (pool, now) = (full(1), Instant::now());

        assert!(take(&pool, account('a'), now));
        assert!(!take(&pool, account('b'), now));
    }

    #[test]
    fn only_what_has_room_is_wanted_the_emptiest_shelf_first() {
        let pool = full(2);
        pool.take(KeyAlgorithm::Rsa2048, account('a'), Instant::now()).unwrap();
        assert_eq!(pool.wanted(), Some(KeyAlgorithm::Rsa2048));

        pool.open(RsaPool { rsa2048: 0, rsa3072: 1, rsa4096: 2 });
        assert_eq!(pool.wanted(), Some(KeyAlgorithm::Rsa3072));
    }

    #[test]
    fn a_closed_pool_gives_nothing_takes_nothing_and_wants_nothing() {
        let pool = full(1);

        pool.close();
        pool.put(made());

        assert!(!take(&pool, account('a'), Instant::now()));
        assert_eq!(pool.wanted(), None);
        assert!(!pool.rest(Duration::ZERO));
    }

    #[test]
    fn each_key_is_given_once_however_many_ask_at_once() {
        const KEYS: usize = 8;
        let pool = Arc::new(Pool::closed());
        pool.open(RsaPool { rsa2048: KEYS, ..RsaPool::OFF });
        let filling: Vec<_> = (0..2)
            .map(|_| {
                let pool = Arc::clone(&pool);
                std::thread::spawn(move || (0..KEYS / 2).for_each(|_| pool.put(made())))
            })
            .collect();
        filling.into_iter().for_each(|thread| thread.join().unwrap());

        let taking: Vec<_> = "abcd0123"
            .chars()
            .map(|c| {
                let pool = Arc::clone(&pool);
                std::thread::spawn(move || {
                    let mut taken = Vec::new();
                    while let Some(made) =
                        pool.take(KeyAlgorithm::Rsa2048, account(c), Instant::now())
                    {
                        taken.push(made.key.public_key().spki_der().to_vec());
                    }
                    taken
                })
            })
            .collect();
        let mut taken: Vec<Vec<u8>> =
            taking.into_iter().flat_map(|thread| thread.join().unwrap()).collect();

        assert_eq!(taken.len(), KEYS, "the last one is taken by somebody who had none");
        taken.sort();
        taken.dedup();
        assert_eq!(taken.len(), KEYS);
    }
}
