//! Keys from passwords as PKCS #12 makes them (RFC 7292 §B.2).

use aws_lc_rs::digest;
use zeroize::Zeroizing;

use crate::bundle::{ITERATIONS, Password};

/// The block of SHA-1 and SHA-256, in octets.
const BLOCK: usize = 64;

/// The hash that is repeated.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hash {
    /// For files of old programs.
    Sha1,
    /// Otherwise.
    Sha256,
}

/// What the derived octets are for (RFC 7292 §B.3).
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// A key that encrypts.
    Encryption = 1,
    /// An initialization vector.
    InitializationVector = 2,
    /// A key of a MAC.
    Mac = 3,
}

/// `length` octets from the password, hashed [`ITERATIONS`] times.
pub(super) fn derive(
    hash: Hash,
    purpose: Purpose,
    password: &Password,
    salt: &[u8],
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let algorithm = match hash {
        Hash::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => &digest::SHA256,
    };
    let mut terminated = password.utf16();
    terminated.extend([0, 0]);
    let mut input = Zeroizing::new(Vec::with_capacity(stretched(salt) + stretched(&terminated)));
    input.extend(salt.iter().cycle().take(stretched(salt)));
    input.extend(terminated.iter().cycle().take(stretched(&terminated)));

    let mut derived = Zeroizing::new(Vec::with_capacity(length + digest::MAX_OUTPUT_LEN));
    loop {
        let mut first = digest::Context::new(algorithm);
        first.update(&[purpose as u8; BLOCK]);
        first.update(&input);
        let mut octets = Zeroizing::new([0; digest::MAX_OUTPUT_LEN]);
        let output = octets.get_mut(..algorithm.output_len()).unwrap_or_default();
        output.copy_from_slice(first.finish().as_ref());
        for _ in 1..ITERATIONS.get() {
            output.copy_from_slice(digest::digest(algorithm, output).as_ref());
        }
        derived.extend(output.iter());
        if derived.len() >= length {
            derived.truncate(length);
            return derived;
        }
        let block: Zeroizing<Vec<u8>> =
            Zeroizing::new(output.iter().copied().cycle().take(BLOCK).collect());
        input.chunks_mut(BLOCK).for_each(|part| add_one_more(part, &block));
    }
}

/// The length of `octets` repeated to whole blocks.
fn stretched(octets: &[u8]) -> usize {
    octets.len().div_ceil(BLOCK) * BLOCK
}

/// `part + block + 1`, modulo 2 to the bits of a block.
fn add_one_more(part: &mut [u8], block: &[u8]) {
    let mut carry = 1;
    for (octet, other) in part.iter_mut().zip(block).rev() {
        let sum = u16::from(*octet) + u16::from(*other) + carry;
        let [high, low] = sum.to_be_bytes();
        (*octet, carry) = (low, u16::from(high));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_carries_over_octets_and_falls_off_at_the_front() {
        let mut part = [0xff; 3];

        add_one_more(&mut part, &[0, 0, 1]);

        assert_eq!(part, [0, 0, 1]);
    }
}
