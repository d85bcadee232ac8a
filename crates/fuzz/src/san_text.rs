//! Alternative names as people write them.

use x509::GeneralName;

use crate::extensions;

/// A text that is taken for a name of some form is fit to be certified, and stays what it was.
pub fn san_text(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let parsed = [
        GeneralName::parse_dns(text),
        GeneralName::parse_email(text),
        GeneralName::parse_uri(text),
    ];
    for name in parsed.into_iter().flatten() {
        assert_eq!(name.check(), Ok(()));
        assert!(text.is_ascii() && !text.contains(char::is_control));
        extensions::check_names(&[name]);
    }
}
