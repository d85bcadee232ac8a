//! `cRLNumber` (RFC 5280 §5.2.3).

use super::ExtensionValue;
use crate::{
    der::{DerError, Reader, Writer},
    oid::{self, Oid},
};

/// The most octets of a number (RFC 5280 §5.2.3).
const MAX_OCTETS: usize = 20;

/// The number of a CRL, which grows from one CRL of an issuer to the next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CrlNumber(Vec<u8>);

impl CrlNumber {
    /// The number, unless it is greater than an `u64`.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        if self.0.len() > size_of::<u64>() {
            return None;
        }
        Some(self.0.iter().fold(0, |number, octet| number << 8 | u64::from(*octet)))
    }
}

impl From<u64> for CrlNumber {
    fn from(number: u64) -> Self {
        let octets = number.to_be_bytes();
        let significant: Vec<u8> = octets.into_iter().skip_while(|octet| *octet == 0).collect();
        Self(if significant.is_empty() { vec![0] } else { significant })
    }
}

impl ExtensionValue for CrlNumber {
    const OID: Oid = oid::CRL_NUMBER;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut reader = Reader::new(der);
        let octets = reader.unsigned()?;
        reader.finish()?;
        let sign = usize::from(octets.first().is_some_and(|first| first & 0x80 != 0));
        if octets.len() + sign > MAX_OCTETS {
            return Err(DerError::Value);
        }
        Ok(Self(octets.to_vec()))
    }

    fn to_der(&self) -> Vec<u8> {
        Writer::build(|w| w.unsigned(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for number in [0, 1, 127, 128, 255, 256, 1_795_300_000_123, u64::MAX] {
            let written = CrlNumber::from(number);

            let read = CrlNumber::from_der(&written.to_der()).unwrap();

            assert_eq!((read.to_u64(), read), (Some(number), written));
        }
    }

    #[test]
    fn twenty_octets_are_the_most() {
        let longest = [&[2, 20, 0x7f][..], &[0xff; 19]].concat();
        assert_eq!(CrlNumber::from_der(&longest).unwrap().to_u64(), None);
        let too_long = [&[2, 21, 0, 0x80][..], &[0xff; 19]].concat();
        for der in
            [&too_long[..], &[2, 1, 0x80], &[2, 0], &[2, 2, 0, 1], &[2, 1, 1, 0], &[10, 1, 1]]
        {
            assert!(CrlNumber::from_der(der).is_err(), "{der:?}");
        }
    }
}
