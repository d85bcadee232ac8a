//! The extension that a user may put into a certificate.

use x509::der::{Writer, tag};
use x509::{Extension, Oid};

use crate::text::is_unseen;
use crate::{Error, Field};

/// The longest value, in characters.
const MOST_CHARACTERS: usize = 64;

/// Where extensions have a meaning that decides what a certificate is good for: those of X.509 and
/// PKIX, certificate transparency (RFC 6962 §3.3), what Windows logs on by, and Netscape's, of which
/// OpenSSL still refuses certificates whose type is no bit string. They are not given away as free
/// text.
const RESERVED: [&str; 8] = [
    "2.5.29",
    "1.3.6.1.5.5.7.1",
    "1.3.6.1.5.5.7.48",
    "1.3.6.1.4.1.11129.2.4",
    "1.3.6.1.4.1.311.20",
    "1.3.6.1.4.1.311.21",
    "1.3.6.1.4.1.311.25",
    "2.16.840.1.113730.1",
];

/// The extension with this object identifier, in dotted decimal form, and this text; not critical,
/// its value a UTF8String.
///
/// # Errors
///
/// `Invalid` for an identifier that is malformed or reserved, and for a text that is empty, longer
/// than 64 characters, or has control or format characters.
pub(crate) fn customized_extension(identifier: &str, text: &str) -> Result<Extension, Error> {
    let refuse = |problem: String| Err(Error::invalid(Field::CustomizedExtension, problem));
    let Ok(oid) = identifier.parse::<Oid>() else {
        return refuse("the object identifier is not in dotted decimal form".to_owned());
    };
    if let Some(arc) = RESERVED.into_iter().find(|arc| is_below(&oid, arc)) {
        return refuse(format!("object identifiers under {arc} are reserved"));
    }
    let length = text.chars().count();
    if length == 0 || length > MOST_CHARACTERS {
        return refuse(format!("the value must have 1 to {MOST_CHARACTERS} characters"));
    }
    if text.chars().any(is_unseen) {
        return refuse("the value has a control or format character".to_owned());
    }
    let value = Writer::build(|w| w.element(tag::UTF8_STRING, text.as_bytes()));
    Ok(Extension { oid, critical: false, value })
}

fn is_below(oid: &Oid, arc: &str) -> bool {
    arc.parse().is_ok_and(|arc| oid.starts_with(&arc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_utf8_string_that_is_not_critical() {
        let extension = customized_extension("1.2.3.4", "é").unwrap();

        assert_eq!(extension.oid.to_string(), "1.2.3.4");
        assert!(!extension.critical);
        assert_eq!(extension.value, [0x0c, 2, 0xc3, 0xa9]);
    }

    #[test]
    fn malformed_and_reserved_identifiers_are_refused() {
        let mut refused = vec!["", "1", "1.2.", "1.02.3", "3.1", "a.b"];
        refused.extend(RESERVED);
        refused.extend(["2.5.29.19", "1.3.6.1.5.5.7.1.1", "1.3.6.1.4.1.11129.2.4.2"]);
        for identifier in refused {
            assert!(customized_extension(identifier, "v").is_err(), "{identifier}");
        }
        for identifier in ["1.2.3", "2.5.4.3", "2.5.290", "1.3.6.1.4.1.311.22", "2.25.1"] {
            assert!(customized_extension(identifier, "v").is_ok(), "{identifier}");
        }
    }

    #[test]
    fn a_text_is_short_and_seen() {
        for (text, passes) in [
            ("", false),
            (&"é".repeat(64)[..], true),
            (&"é".repeat(65)[..], false),
            ("a\nb", false),
            ("a\u{202e}b", false),
        ] {
            assert_eq!(customized_extension("1.2.3", text).is_ok(), passes, "{text:?}");
        }
    }
}
