//! The `Authorization` header of a signed request.

use iam::Authorization;

/// A header that is read has legal parts, and put together again says the same.
pub fn authorization(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let Ok(read) = Authorization::parse(text) else { return };
    assert!(Authorization::is_signature(text));
    assert!(read.access.bytes().all(|c| c.is_ascii_graphic()));
    assert!(read.signature.bytes().all(|c| c.is_ascii_hexdigit()));
    assert!(read.names().all(|name| !name.is_empty()));
    if read.derivation.is_some() {
        assert!(text.contains(&format!("Credential={}/", read.access)));
        return;
    }
    let written = format!(
        "{} Access={}, SignedHeaders={}, Signature={}",
        read.algorithm.word(),
        read.access,
        read.signed_headers,
        read.signature
    );
    assert_eq!(Authorization::parse(&written).ok(), Some(read));
}
