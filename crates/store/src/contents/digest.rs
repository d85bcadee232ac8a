//! What the rows of a table add up to.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};

/// How many rows there were, and the sum of their SHA-256 digests, in four lanes of 64 bits. It finds
/// what went wrong on the way, in whatever order the rows came; it is no protection against somebody who
/// writes rows to fit it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Digest {
    rows: u64,
    lanes: [u64; 4],
}

impl Digest {
    /// Adds a row.
    pub fn add(&mut self, row: &[u8]) {
        let hash = digest(&SHA256, row);
        for (lane, octets) in self.lanes.iter_mut().zip(hash.as_ref().chunks_exact(8)) {
            let mut number = [0; 8];
            number.copy_from_slice(octets);
            *lane = lane.wrapping_add(u64::from_be_bytes(number));
        }
        self.rows += 1;
    }

    /// How many rows there were.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// As 40 octets.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 40] {
        let mut octets = [0; 40];
        let numbers = std::iter::once(self.rows).chain(self.lanes);
        for (place, number) in octets.chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        octets
    }
}

/// The sum as hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lanes.iter().try_for_each(|lane| write!(f, "{lane:016x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[&[u8]]) -> Digest {
        let mut digest = Digest::default();
        rows.iter().for_each(|row| digest.add(row));
        digest
    }

    #[test]
    fn the_order_of_the_rows_does_not_count() {
        assert_eq!(of(&[b"a", b"b"]), of(&[b"b", b"a"]));
    }

    #[test]
    fn another_row_a_missing_one_and_one_twice_are_told() {
        let whole = of(&[b"a", b"b"]);

        for other in [of(&[b"a", b"c"]), of(&[b"a"]), of(&[b"a", b"b", b"b"])] {
            assert_ne!(other, whole);
        }
    }
}
