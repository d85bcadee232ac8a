//! SM4 (GB/T 32907) over a few blocks.

use sm4::Sm4;
use sm4::cipher::{BlockCipherEncrypt, KeyInit};
use zeroize::Zeroizing;

use super::{Draw, drawn};

/// The block and the key of SM4, in octets.
pub(super) const BLOCK: usize = 16;

/// A key of SM4. Wiped when dropped.
pub(super) struct Sm4Key(Zeroizing<[u8; BLOCK]>);

impl Sm4Key {
    /// A new one.
    pub(super) fn new(draw: &mut Draw<'_>) -> Self {
        let mut octets = Zeroizing::new([0; BLOCK]);
        draw(&mut *octets);
        Self(octets)
    }

    /// Its octets.
    pub(super) fn octets(&self) -> &[u8] {
        &*self.0
    }

    /// Each of two blocks by itself (ECB, no padding), which is safe for what is as random as a
    /// private key.
    pub(super) fn ecb(&self, scalar: &[u8; 2 * BLOCK]) -> [u8; 2 * BLOCK] {
        let cipher = Sm4::new((&*self.0).into());
        let mut blocks = *scalar;
        for block in blocks.as_chunks_mut::<BLOCK>().0 {
            cipher.encrypt_block(block.into());
        }
        blocks
    }

    /// `plain`, padded (RFC 5652 §6.3) and chained from a new initialization vector, which comes first.
    pub(super) fn cbc(&self, plain: &[u8], draw: &mut Draw<'_>) -> ([u8; BLOCK], Vec<u8>) {
        let cipher = Sm4::new((&*self.0).into());
        let iv = drawn(draw);
        let padding = BLOCK - plain.len() % BLOCK;
        let mut content = Zeroizing::new(Vec::with_capacity(plain.len() + padding));
        content.extend_from_slice(plain);
        content.resize(plain.len() + padding, u8::try_from(padding).unwrap_or_default());
        let mut last: [u8; BLOCK] = iv;
        for chunk in content.chunks_exact_mut(BLOCK) {
            last.iter_mut().zip(&*chunk).for_each(|(last, plain)| *last ^= plain);
            cipher.encrypt_block((&mut last).into());
            chunk.copy_from_slice(&last);
        }
        (iv, std::mem::take(&mut *content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypts_the_block_of_the_standards_example() {
        // GB/T 32907-2016, A.1: key and plaintext are the same octets.
        let octets = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210_u128.to_be_bytes();
        let key = Sm4Key(Zeroizing::new(octets));
        let twice: [u8; 32] = [octets, octets].concat().try_into().unwrap();

        let encrypted = key.ecb(&twice);

        let expected = 0x681e_df34_d206_965e_86b3_e94f_536e_4246_u128.to_be_bytes();
        assert_eq!(encrypted, *[expected, expected].as_flattened());
    }
}
