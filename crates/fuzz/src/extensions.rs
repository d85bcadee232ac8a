//! What holds for extensions, wherever they are.

use std::fmt::Debug;

use x509::{
    AuthorityKeyIdentifier, BasicConstraints, CrlNumber, ExtendedKeyUsage, Extension,
    ExtensionValue, GeneralName, KeyUsage, NameConstraints, ReasonCode, SubjectAltName,
    SubjectKeyIdentifier,
};

/// A value that is read is written in the same octets: DER has one form for each.
pub(crate) fn check(extensions: &[Extension]) {
    for extension in extensions {
        // An issuer's name and serial are passed over; an explicit FALSE and trailing zero bits are
        // borne with.
        read_again::<AuthorityKeyIdentifier>(extension);
        read_again::<BasicConstraints>(extension);
        read_again::<KeyUsage>(extension);
        same::<CrlNumber>(extension);
        same::<ExtendedKeyUsage>(extension);
        same::<NameConstraints>(extension);
        same::<ReasonCode>(extension);
        same::<SubjectAltName>(extension);
        same::<SubjectKeyIdentifier>(extension);
    }
}

/// Names that are read are written in the same octets, and can be shown.
pub(crate) fn check_names(names: &[GeneralName]) {
    if names.is_empty() {
        return;
    }
    let der = GeneralName::sequence_to_der(names);
    assert_eq!(GeneralName::sequence_from_der(&der).as_deref(), Ok(names));
    for name in names {
        let shown = name.to_string();
        if name.check().is_ok() {
            assert!(!shown.chars().any(char::is_control), "{shown:?}");
        }
    }
}

/// What is read is read again from what is written.
fn read_again<V: ExtensionValue + Debug + PartialEq>(extension: &Extension) {
    if extension.oid != V::OID {
        return;
    }
    if let Ok(value) = V::from_der(&extension.value) {
        assert_eq!(V::from_der(&value.to_der()), Ok(value));
    }
}

fn same<V: ExtensionValue>(extension: &Extension) {
    if extension.oid != V::OID {
        return;
    }
    if let Ok(value) = V::from_der(&extension.value) {
        assert_eq!(value.to_der(), extension.value, "{}", extension.oid);
    }
}
