//! Serial numbers (RFC 5280 §4.1.2.2).

use std::fmt;

use crate::der::{DerError, Reader, Writer};

/// A serial number of at most 20 octets in DER. It is positive, unless it was read in a certificate: old roots
/// have zero (RFC 5280 §4.1.2.2 asks to bear with them).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SerialNumber(Vec<u8>);

/// The octets or text are not a positive serial number of at most 20 octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a positive serial number of at most 20 octets")]
pub struct MalformedSerial;

/// The most octets of the INTEGER's contents.
const MAX_OCTETS: usize = 20;

impl SerialNumber {
    /// The serial number of 20 octets whose last 158 bits are those of `random`. Its first two bits are 01, which
    /// makes it positive and every serial number the same size in DER.
    #[must_use]
    pub fn from_random(random: [u8; 20]) -> Self {
        let mut octets = random;
        octets[0] = octets[0] & 0x3f | 0x40;
        Self(octets.to_vec())
    }

    /// Reads a whole INTEGER.
    ///
    /// # Errors
    /// [`DerError`] if it is malformed, not positive, or longer than 20 octets.
    pub fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut reader = Reader::new(der);
        let serial = Self::read(&mut reader)?;
        reader.finish()?;
        if serial.is_positive() { Ok(serial) } else { Err(DerError::Value) }
    }

    /// Reads the next INTEGER, which may be zero.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DerError> {
        match reader.unsigned()? {
            [0] => Ok(Self(vec![0])),
            octets => Self::from_octets(octets).map_err(|MalformedSerial| DerError::Value),
        }
    }

    /// Whether it is above zero, as RFC 5280 §4.1.2.2 demands.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.0 != [0]
    }

    /// The serial number with this value, most significant octet first, without leading zeros.
    fn from_octets(octets: &[u8]) -> Result<Self, MalformedSerial> {
        match octets {
            [] | [0, ..] => Err(MalformedSerial),
            [first, ..] => {
                let sign = usize::from(first & 0x80 != 0);
                if octets.len() + sign > MAX_OCTETS {
                    return Err(MalformedSerial);
                }
                Ok(Self(octets.to_vec()))
            }
        }
    }

    /// Reads hex as [`SerialNumber::to_hex`] writes it; upper case and leading zeros are accepted.
    ///
    /// # Errors
    /// [`MalformedSerial`] if it is not hex, zero, or more than 20 octets.
    pub fn from_hex(text: &str) -> Result<Self, MalformedSerial> {
        let digits = text.trim_start_matches('0');
        let digits =
            if digits.len().is_multiple_of(2) { digits.to_owned() } else { format!("0{digits}") };
        if digits.len() > 2 * MAX_OCTETS {
            return Err(MalformedSerial);
        }
        let (pairs, _) = digits.as_bytes().as_chunks::<2>();
        let octets: Option<Vec<u8>> = pairs
            .iter()
            .map(|[high, low]| Some(hex_digit(*high)? << 4 | hex_digit(*low)?))
            .collect();
        Self::from_octets(&octets.ok_or(MalformedSerial)?)
    }

    /// Lower-case hex of even length.
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.to_string()
    }

    /// The value, most significant octet first, without leading zeros.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    /// Writes the INTEGER.
    pub fn write(&self, w: &mut Writer) {
        w.unsigned(&self.0);
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Lower-case hex of even length.
impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialNumber({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_zero_negative_and_too_long_numbers() {
        let longest = [&[2, 20, 0x7f][..], &[0xff; 19]].concat();
        assert!(SerialNumber::from_der(&longest).is_ok());
        let too_long = [&[2, 21, 0, 0x80][..], &[0xff; 19]].concat();
        for der in [&[2, 1, 0][..], &[2, 1, 0x80], &[2, 0], &[2, 2, 0, 1], &[2, 1, 1, 0], &too_long]
        {
            assert!(SerialNumber::from_der(der).is_err(), "{der:?}");
        }
    }

    #[test]
    fn zero_is_read_in_a_certificate_and_known_not_to_be_positive() {
        let zero = SerialNumber::read(&mut Reader::new(&[2, 1, 0])).unwrap();

        assert!(!zero.is_positive());
        assert_eq!(zero.to_hex(), "00");
        assert_eq!(Writer::build(|w| zero.write(w)), [2, 1, 0]);
        assert!(SerialNumber::from_hex("01").unwrap().is_positive());
    }

    #[test]
    fn refuses_malformed_hex() {
        for text in ["", "0", "00", "0x1", "g", "1 ", &"f".repeat(40), &"1".repeat(41)] {
            assert_eq!(SerialNumber::from_hex(text), Err(MalformedSerial), "{text:?}");
        }
        assert_eq!(SerialNumber::from_hex("0ABC").unwrap().to_hex(), "0abc");
        assert_eq!(SerialNumber::from_hex("abc").unwrap().to_hex(), "0abc");
    }

    proptest! {
        #[test]
        fn random_ones_are_twenty_octets_from_40_to_7f(random: [u8; 20]) {
            let serial = SerialNumber::from_random(random);
            let der = Writer::build(|w| serial.write(w));

            prop_assert_eq!(der.len(), 22);
            prop_assert!((0x40..=0x7f).contains(&der[2]));
            prop_assert_eq!(der[2] & 0x3f, random[0] & 0x3f);
            prop_assert_eq!(&der[3..], &random[1..]);
            prop_assert_eq!(SerialNumber::from_der(&der), Ok(serial.clone()));
            prop_assert_eq!(SerialNumber::from_hex(&serial.to_hex()), Ok(serial));
        }
    }
}
