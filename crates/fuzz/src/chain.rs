//! Chains of certificates.

use x509::der::Reader;
use x509::{Certificate, UnixTime, chain::build};

/// Reads certificates one after the other: the first and the pool of the others. A chain that is
/// built uses each of the pool once, and each link is signed by the next.
pub fn chain(octets: &[u8]) {
    let mut reader = Reader::new(octets);
    let mut certificates = Vec::new();
    while let Ok(element) = reader.any() {
        let Ok(certificate) = Certificate::from_der(element.encoded) else { return };
        certificates.push(certificate);
    }
    let Some((first, pool)) = certificates.split_first() else { return };
    // In the middle of the seeds' validity, and at both ends of time.
    for now in [UnixTime::MIN, UnixTime(1_800_000_000), UnixTime::MAX] {
        let Ok(chain) = build(first, pool.to_vec(), now) else { continue };
        assert_eq!(chain.len(), pool.len());
        assert!(pool.iter().all(|one| chain.contains(one)));
        let links = std::iter::once(first).chain(&chain);
        for (below, above) in links.zip(&chain) {
            assert!(below.issuer().matches(above.subject()));
            assert!(above.is_ca() && above.not_before() <= now && now <= above.not_after());
            let key = above.public_key();
            assert!(key.is_ok_and(|key| below.verify_signed_by(key).is_ok()));
        }
    }
}
