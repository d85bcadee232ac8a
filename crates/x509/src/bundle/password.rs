//! Passwords of exported keys.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use super::Draw;

/// What a password may consist of beside ASCII letters and digits.
const SIGNS: &str = ",.+-_#";

/// The longest password, in octets.
const MAX: usize = 32;

/// How long a password is that is made here: 24 of 62 characters are 142 bits.
const MADE: usize = 24;

/// The characters of a password that is made here: without the signs, which shells and
/// configuration files may take for something else.
const ALPHABET: [u8; 62] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A password for exported keys: 1 to 32 ASCII letters, digits and `,.+-_#`. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

/// The text is not fit to be a password of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be 1 to {MAX} ASCII letters, digits and {SIGNS}")]
pub struct PasswordError;

impl Password {
    /// Takes the password that somebody chose.
    ///
    /// # Errors
    /// [`PasswordError`] if it is empty, too long or has other characters.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        let is_fit = |char: char| char.is_ascii_alphanumeric() || SIGNS.contains(char);
        if text.is_empty() || text.len() > MAX || !text.chars().all(is_fit) {
            return Err(PasswordError);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// Makes a new one of 24 letters and digits.
    #[must_use]
    pub fn generate(draw: &mut Draw<'_>) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(MADE));
        while text.len() < MADE {
            let mut octet = [0];
            draw(&mut octet);
            // The remainder is uniform below the last multiple of 62; what is above is drawn again.
            if let Some(char) = ALPHABET.get(usize::from(octet[0] % 62)).filter(|_| octet[0] < 248)
            {
                text.push(char::from(*char));
            }
            octet.zeroize();
        }
        Self(text)
    }

    /// Its characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its characters as octets, for PBKDF2 (RFC 8018 §3).
    pub(super) fn octets(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Its characters as two octets each, most significant first (a BMPString's contents).
    pub(super) fn utf16(&self) -> Zeroizing<Vec<u8>> {
        let mut octets = Zeroizing::new(Vec::with_capacity(2 * self.0.len() + 2));
        for octet in self.0.bytes() {
            octets.extend([0, octet]);
        }
        octets
    }
}

/// Shows nothing of it.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Password").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_documented_characters_up_to_32_of_them() {
        for text in ["a", "Az09,.+-_#", &"x".repeat(32)] {
            assert_eq!(Password::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn refuses_what_is_empty_too_long_or_of_other_characters() {
        for text in ["", " ", "a b", "é", "密", "a\n", "a\0", "a/b", "a\"", &"x".repeat(33)] {
            assert_eq!(Password::parse(text), Err(PasswordError), "{text:?}");
        }
    }

    #[test]
    fn a_new_one_is_fit_and_another_each_time() {
        let mut draw = super::super::counting();
        let (first, second) = (Password::generate(&mut draw), Password::generate(&mut draw));

        assert_eq!(Password::parse(first.as_str()), Ok(first.clone()));
        assert_eq!(first.as_str().len(), MADE);
        assert_ne!(first, second);
    }

    #[test]
    fn octets_past_the_last_multiple_are_drawn_again() {
        let mut octets = [255, 248].into_iter().chain(0..);
        let mut draw = |out: &mut [u8]| out.fill_with(|| octets.next().unwrap());

        assert!(Password::generate(&mut draw).as_str().starts_with("ABC"));
    }

    #[test]
    fn debugging_shows_nothing_of_it() {
        let text = format!("{:?}", Password::parse("secret").unwrap());

        assert!(!text.contains("secret"));
    }
}
