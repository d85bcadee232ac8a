//! Distinguished names.

use x509::name::AttributeType;
use x509::{GeneralName, Name};

/// Octets are a name, or names of other forms, or the text of an attribute.
pub fn name(octets: &[u8]) {
    if let Ok(name) = Name::from_der(octets) {
        check(&name);
        assert_eq!(name.der(), octets);
    }
    if let Ok(names) = GeneralName::sequence_from_der(octets) {
        assert_eq!(GeneralName::sequence_to_der(&names), octets);
        crate::extensions::check_names(&names);
    }
    if let Ok(text) = std::str::from_utf8(octets) {
        AttributeType::ALL.into_iter().for_each(|kind| written(kind, text));
    }
}

/// What holds for any name that was read.
pub(crate) fn check(name: &Name) {
    assert_eq!(Name::from_der(name.der()).as_ref(), Ok(name));
    assert!(name.matches(name));
    let shown = name.to_string();
    assert!(!shown.chars().any(|c| c.is_ascii_control()), "{shown:?}");
    assert_eq!(name.is_empty(), name.attributes().next().is_none());
}

/// A text that may stand in a name is read again as it was.
fn written(kind: AttributeType, text: &str) {
    let Ok(name) = Name::from_attributes(&[(kind, text)]) else { return };
    check(&name);
    assert_eq!(name.attribute(kind).as_deref(), Some(text));
}
