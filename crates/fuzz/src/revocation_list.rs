//! CRLs.

use x509::{LineEnding, RevocationList};

use crate::{extensions, name, signed};

/// What is read is written as it was, and every entry is found by its serial number.
pub fn revocation_list(octets: &[u8]) {
    let Ok(list) = RevocationList::from_der(octets) else { return };
    assert_eq!(list.der(), octets);
    let again = RevocationList::from_pem(&list.to_pem(LineEnding::Lf));
    assert_eq!(again.as_ref(), Ok(&list));
    name::check(list.issuer());
    extensions::check(list.extensions());
    signed::check(octets, list.signature_algorithm(), None);
    // Looking for each is quadratic; the first hundred tell as much.
    for revoked in list.revoked().iter().take(100) {
        let found = list.entry(&revoked.serial);
        assert_eq!(found.map(|entry| &entry.serial), Some(&revoked.serial));
    }
}
