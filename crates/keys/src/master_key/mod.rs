//! The master key: 256 bits that everything sealed depends on.
//!
//! Its text form, in a file, a variable or a descriptor, is one line of 64 hexadecimal digits.

mod descriptor;
mod error;
mod file;

pub use error::MasterKeyError;

use ledger::Random;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::SealedError;
use crate::aead::{Aead, KEY_LENGTH};

/// Digits of the text form.
const TEXT_LENGTH: usize = 2 * KEY_LENGTH;

/// The key that wraps data keys. Not printable, not comparable, wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; KEY_LENGTH]);

impl MasterKey {
    /// A new key, kept nowhere yet; [`MasterKey::create_file`] also keeps it.
    pub fn generate(random: &dyn Random) -> Self {
        let mut key = Self([0; KEY_LENGTH]);
        random.fill(&mut key.0);
        key
    }

    /// The key in the `value` of the environment variable `name`.
    ///
    /// # Errors
    ///
    /// [`MasterKeyError::Malformed`] unless the value is the text form; white space around it is
    /// ignored.
    pub fn from_variable(name: &str, value: &str) -> Result<Self, MasterKeyError> {
        Self::from_text(value.as_bytes(), || format!("the environment variable {name}"))
    }

    /// The cipher under this key.
    pub(crate) fn cipher(&self) -> Result<Aead, SealedError> {
        Aead::new(&self.0)
    }

    /// Reads the text form; `origin` says where it stands.
    fn from_text(text: &[u8], origin: impl FnOnce() -> String) -> Result<Self, MasterKeyError> {
        let mut key = Self([0; KEY_LENGTH]);
        hex::decode_to_slice(text.trim_ascii(), &mut key.0)
            .map_err(|_| MasterKeyError::Malformed(origin()))?;
        Ok(key)
    }

    /// The text form with its line end: what a file of it holds.
    pub fn to_line(&self) -> Zeroizing<Vec<u8>> {
        let mut line = Zeroizing::new(vec![b'\n'; TEXT_LENGTH + 1]);
        for (digits, octet) in line.chunks_exact_mut(2).zip(&self.0) {
            digits.copy_from_slice(&[digit(octet >> 4), digit(octet & 0x0f)]);
        }
        line
    }
}

/// The hexadecimal digit of a number below 16.
fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + (value - 10) }
}

#[cfg(test)]
mod tests {
    use ledger::system::SystemRandom;

    use super::*;

    #[test]
    fn the_text_form_is_read_back() {
        let key = MasterKey::generate(&SystemRandom);
        let line = key.to_line();

        let text = std::str::from_utf8(&line).unwrap();
        let read = MasterKey::from_variable("KEY", text).ok().unwrap();

        assert_eq!(text.len(), 65);
        assert!(text.ends_with('\n'));
        assert_eq!(read.0, key.0);
    }

    #[test]
    fn two_keys_differ() {
        assert_ne!(MasterKey::generate(&SystemRandom).0, MasterKey::generate(&SystemRandom).0);
    }

    #[test]
    fn any_other_text_is_refused_without_being_shown() {
        let digits = "0123456789abcdef".repeat(4);
        for text in ["", "secret", &digits[1..], &format!("{digits}0"), &digits.replace('f', "g")] {
            let error = MasterKey::from_variable("KEY", text).err().unwrap();
            assert!(matches!(error, MasterKeyError::Malformed(_)), "{text}");
            assert!(error.to_string().contains("the environment variable KEY"));
            assert!(text.is_empty() || !error.to_string().contains(text));
        }
    }
}
