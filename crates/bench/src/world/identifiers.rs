//! Identifiers and serial numbers of what is filled in.

/// The identifier with this number, in the order of the numbers: as the server makes them at these
/// milliseconds (RFC 9562 §5.7).
pub(crate) fn identifier(millis: u64, number: u64) -> String {
    format!(
        "{:08x}-{:04x}-7{:03x}-8{:03x}-{:012x}",
        millis >> 16 & 0xffff_ffff,
        millis & 0xffff,
        number >> 12 & 0xfff,
        number & 0xfff,
        mixed(number) & 0xffff_ffff_ffff,
    )
}

/// A serial number of as many octets as the server's, positive and without a zero before it. Sixteen of
/// them are enough that no two are the same.
pub(crate) fn serial(number: u64, octets: usize) -> Vec<u8> {
    let mut serial: Vec<u8> =
        [mixed(number).to_be_bytes(), number.to_be_bytes(), mixed(!number).to_be_bytes()].concat();
    serial.truncate(octets);
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x3f | 0x40;
    }
    serial
}

/// Spreads numbers over all 64 bits, no two to the same one (the finalizer of SplitMix64).
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// In hex, as the database keeps it.
pub(crate) fn hex(octets: &[u8]) -> String {
    let digits = octets.iter().flat_map(|octet| [octet >> 4, octet & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn identifiers_sort_by_their_numbers() {
        let all: Vec<_> = (0..9000).map(|number| identifier(1_795_000_000_000, number)).collect();

        assert!(all.is_sorted());
        assert!(all.iter().all(|id| id.len() == 36));
    }

    #[test]
    fn serial_numbers_are_apart_and_positive() {
        let all: BTreeSet<_> = (0..10_000).map(|number| serial(number, 16)).collect();

        assert_eq!(all.len(), 10_000);
        assert!(all.iter().all(|serial| (0x40..0x80).contains(&serial[0])));
    }
}
