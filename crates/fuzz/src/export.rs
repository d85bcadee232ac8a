//! What callers say of an export.

use pki::certificate::file_stem;
use x509::bundle::Password;

/// A password that is taken has only the characters of the API's set, and a name of a file made
/// from any common name leads nowhere.
pub fn export(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    if let Ok(password) = Password::parse(text) {
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b",.+-_#".contains(&byte);
        assert_eq!(password.as_str(), text);
        assert!((1..=32).contains(&text.len()) && text.bytes().all(is_fit));
    }
    let stem = file_stem(text);
    assert!(!stem.is_empty() && stem.chars().count() <= 64 && stem.len() <= 200);
    assert!(!stem.starts_with(['.', '-']) && !stem.contains(".."));
    let is_harmless = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    assert!(stem.chars().all(is_harmless), "{stem:?}");
    assert_eq!(file_stem(&stem), stem);
}
