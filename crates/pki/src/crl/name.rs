//! What a CRL may be called in its bucket.

use std::fmt;

/// The longest name, in characters.
pub const CRL_NAME_LENGTH: usize = 64;

/// The name of a CRL in its bucket, without `.crl`. It is a part of URLs as it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CrlName(String);

/// The text cannot be the name of a CRL.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "it has 1 to {CRL_NAME_LENGTH} letters, digits, dots, hyphens and underscores, and starts with a \
     letter or digit"
)]
pub struct CrlNameError;

impl TryFrom<String> for CrlName {
    type Error = CrlNameError;

    fn try_from(text: String) -> Result<Self, CrlNameError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        // Below the name without it lie that name's shards.
        let ends = text.ends_with(".crl");
        if starts && !ends && text.len() <= CRL_NAME_LENGTH && text.chars().all(fits) {
            Ok(Self(text))
        } else {
            Err(CrlNameError)
        }
    }
}

impl From<CrlName> for String {
    fn from(name: CrlName) -> Self {
        name.0
    }
}

impl fmt::Display for CrlName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_stand_in_a_url_and_leads_nowhere_else() {
        let longest = "x".repeat(CRL_NAME_LENGTH);
        for (text, fits) in [
            ("issuing-1.example_x", true),
            (&longest, true),
            (&format!("{longest}x"), false),
            ("", false),
            ("a/b", false),
            ("..", false),
            (".a", false),
            ("a b", false),
            ("a.crl", false),
            ("ä", false),
            ("a%2fb", false),
        ] {
            assert_eq!(CrlName::try_from(text.to_owned()).is_ok(), fits, "{text}");
        }
    }
}
