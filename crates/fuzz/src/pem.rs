//! PEM.

use x509::LineEnding;
use x509::pem::{decode, encode};

/// Blocks that are read, written in either form, are read again as they were.
pub fn pem(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let Ok(blocks) = decode(text) else { return };
    for ending in [LineEnding::Lf, LineEnding::CrLf] {
        let written: Vec<String> =
            blocks.iter().map(|block| encode(&block.label, &block.der, ending)).collect();
        let again = decode(&written.join("\n"));
        let same = again.is_ok_and(|again| {
            again.len() == blocks.len()
                && again.iter().zip(&blocks).all(|(a, b)| a.label == b.label && a.der == b.der)
        });
        assert!(same, "written as other blocks");
    }
}
