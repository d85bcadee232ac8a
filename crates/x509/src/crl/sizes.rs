//! How many octets the entries of a CRL are, before one of them is written.

use super::RevokedCertificate;
use crate::{extension::ReasonCode, serial::SerialNumber, time::UnixTime};

/// What the sizes of a CRL's entries add up to.
///
/// All that an entry is depends on four things that can be counted apart: that it is there, its serial
/// number's octets, whether its time is one after 2049, and whether it has a reason. No entry is longer
/// than 127 octets, so that each one's own length takes one octet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EntrySizes {
    /// How many entries.
    pub entries: u64,
    /// The octets of their serial numbers as INTEGER, without tag and length.
    pub serial_octets: u64,
    /// How many of them were revoked after 2049, which GeneralizedTime tells.
    pub generalized_times: u64,
    /// How many of them have a reason.
    pub reasons: u64,
}

/// Tag and length of the entry and of the serial number, and UTCTime.
const ENTRY: u64 = 2 + 2 + 15;
/// GeneralizedTime has two digits more.
const GENERALIZED_TIME: u64 = 2;
/// The extensions with a reasonCode in them.
const REASON: u64 = 14;

impl EntrySizes {
    /// Counts one more.
    pub fn add(&mut self, entry: &RevokedCertificate) {
        let reasoned = entry.reason.is_some_and(|reason| reason != ReasonCode::Unspecified);
        self.entries = self.entries.saturating_add(1);
        self.serial_octets = self.serial_octets.saturating_add(integer_octets(&entry.serial));
        let late = entry.revocation_date >= UnixTime::GENERALIZED;
        self.generalized_times = self.generalized_times.saturating_add(u64::from(late));
        self.reasons = self.reasons.saturating_add(u64::from(reasoned));
    }

    /// The octets of all entries together.
    #[must_use]
    pub fn octets(&self) -> u64 {
        let Self { entries, serial_octets, generalized_times, reasons } = *self;
        entries
            .saturating_mul(ENTRY)
            .saturating_add(serial_octets)
            .saturating_add(generalized_times.saturating_mul(GENERALIZED_TIME))
            .saturating_add(reasons.saturating_mul(REASON))
    }
}

/// The octets of a serial number as INTEGER: a first one of zero keeps a high bit from being a sign.
fn integer_octets(serial: &SerialNumber) -> u64 {
    let sign = serial.octets().first().is_some_and(|first| first & 0x80 != 0);
    (serial.octets().len() as u64).saturating_add(u64::from(sign))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::der::Writer;

    proptest! {
        #[test]
        fn entries_are_as_long_as_was_counted(
            entries in prop::collection::vec(
                (prop::collection::vec(any::<u8>(), 1..20), 0..4_000_000_000_i64, 0..9_usize),
                0..20,
            ),
        ) {
            let mut sizes = EntrySizes::default();
            let mut writer = Writer::new();
            for (octets, at, reason) in entries {
                let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
                let Ok(serial) = SerialNumber::from_hex(&hex) else { continue };
                let reason = ReasonCode::ALL.get(reason).copied();
                let entry =
                    RevokedCertificate { serial, revocation_date: UnixTime(at), reason };
                sizes.add(&entry);
                entry.write(&mut writer);
            }
            prop_assert_eq!(sizes.octets(), writer.into_bytes().len() as u64);
        }
    }
}
