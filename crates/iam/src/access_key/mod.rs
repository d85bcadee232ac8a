//! The access key: a name and a secret that sign requests.

mod create;
mod delete;
mod list;
mod update;

pub use create::NewAccessKey;
pub use update::AccessKeyChange;

use ledger::{AccountId, Random, RowId, Table, Timestamp, UserId};
use zeroize::Zeroizing;

use crate::{Error, SecretSeal, State};

/// How many characters an access key's name has.
const ACCESS_LENGTH: usize = 20;
/// How many characters an access key's secret has.
const SECRET_LENGTH: usize = 40;
/// The alphabet of names.
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// The alphabet of secrets and passwords: nothing that a shell or a JSON text would change.
const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// How many permanent access keys a user has at most: two, so that one can take over from the
/// other. The cloud's figure.
pub(crate) const KEYS_OF_USER: u8 = 2;

/// A permanent access key of a user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AccessKey {
    /// Its public name: 20 upper-case letters and digits.
    pub access: String,
    /// Whose it is.
    pub user: UserId,
    /// The account of that user.
    pub account: AccountId,
    /// Which of its user's keys it is, from 0: no two have the same, which bounds their number.
    pub slot: u8,
    /// What it is for, in its maker's words; may be empty.
    pub description: String,
    /// Its secret, sealed for [`AccessKey::context`]. HMAC needs it back, so it is not a hash.
    pub sealed_secret: Vec<u8>,
    /// Whether it may be used.
    pub state: State,
    /// When it was made.
    pub created_at: Timestamp,
}

impl AccessKey {
    /// The row that keeps it.
    pub fn row(&self) -> RowId {
        RowId::new(Table::AccessKeys, &self.access)
    }

    /// What the sealed secret is bound to: table, row, account and purpose, each with its length
    /// before it, so that no secret can be opened in the place of another.
    pub fn context(access: &str, account: AccountId) -> Vec<u8> {
        context("access_keys", access, account)
    }

    /// The secret, opened.
    pub(crate) fn secret(&self, seal: &dyn SecretSeal) -> Result<Zeroizing<Vec<u8>>, Error> {
        Ok(seal.open(&self.sealed_secret, &Self::context(&self.access, self.account))?)
    }
}

/// What the sealed secret of the row `access` of `table` is bound to.
pub(crate) fn context(table: &str, access: &str, account: AccountId) -> Vec<u8> {
    let mut context = Vec::new();
    for part in [table.as_bytes(), access.as_bytes(), account.as_bytes(), b"request signature"] {
        context.extend((part.len() as u64).to_be_bytes());
        context.extend(part);
    }
    context
}

/// The lowest slot below `count` that is not among `taken`.
pub(crate) fn free_slot(count: u8, taken: impl Iterator<Item = u8>) -> Option<u8> {
    let taken: Vec<u8> = taken.collect();
    (0..count).find(|slot| !taken.contains(slot))
}

/// A new name for an access key.
pub(crate) fn new_access(random: &dyn Random) -> String {
    text(random, UPPER, ACCESS_LENGTH).to_string()
}

/// A new secret for an access key: 238 bits.
pub(crate) fn new_secret(random: &dyn Random) -> Zeroizing<String> {
    text(random, MIXED, SECRET_LENGTH)
}

/// `length` characters of `alphabet`, each as likely as any other.
pub(crate) fn text(random: &dyn Random, alphabet: &[u8], length: usize) -> Zeroizing<String> {
    // Bytes past the last whole multiple of the alphabet would favour its first characters.
    let fair = 256 - 256 % alphabet.len();
    let mut text = Zeroizing::new(String::with_capacity(length));
    let mut bytes = Zeroizing::new([0; 64]);
    while text.len() < length {
        random.fill(bytes.as_mut_slice());
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        let characters = fair.filter_map(|byte| alphabet.get(byte % alphabet.len()));
        let missing = length - text.len();
        text.extend(characters.take(missing).map(|character| char::from(*character)));
    }
    text
}

/// A new password: 24 characters, 142 bits.
pub(crate) fn new_password(random: &dyn Random) -> Zeroizing<String> {
    text(random, MIXED, 24)
}

#[cfg(test)]
mod tests {
    use ledger::system::SystemRandom;

    use super::*;

    /// Counts through all octets.
    struct Counting(std::sync::atomic::AtomicU8);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            }
        }
    }

    #[test]
    fn every_character_of_the_alphabet_is_as_likely_as_any_other() {
        let counting = Counting(0.into());

        let text = text(&counting, UPPER, 252);

        for character in UPPER {
            let count = text.bytes().filter(|byte| byte == character).count();
            assert_eq!(count, 7, "{}", char::from(*character));
        }
    }

    #[test]
    fn names_and_secrets_have_their_lengths_and_alphabets() {
        let access = new_access(&SystemRandom);
        let secret = new_secret(&SystemRandom);

        assert_eq!((access.len(), secret.len()), (20, 40));
        assert!(access.bytes().all(|byte| UPPER.contains(&byte)));
        assert!(secret.bytes().all(|byte| MIXED.contains(&byte)));
        assert_ne!(*secret, *new_secret(&SystemRandom));
    }

    #[test]
    fn contexts_of_different_rows_differ() {
        let clock = ledger::system::SystemClock;
        let account = AccountId::generate(&clock, &SystemRandom);
        let other = AccountId::generate(&clock, &SystemRandom);

        assert_ne!(AccessKey::context("A", account), AccessKey::context("B", account));
        assert_ne!(AccessKey::context("A", account), AccessKey::context("A", other));
    }
}
