//! The bytes of a certificate with another serial number, name and end.

use super::template::unlike;
use crate::der::first;
use crate::failure::Failure;

/// UTCTime and its length (RFC 5280 §4.1.2.5.1).
const UTC_TIME: [u8; 2] = [0x17, 13];

/// The places in a certificate that copies change, each of which keeps its length.
#[derive(Clone, Debug)]
pub(super) struct Patch {
    der: Vec<u8>,
    serial: usize,
    serial_length: usize,
    names: Vec<usize>,
    name_length: usize,
    end: usize,
    /// Where the signed part lies.
    signed: std::ops::Range<usize>,
}

impl Patch {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// One of them is not there, or the certificate ends in 2050 or later.
    pub(super) fn of(der: &[u8], serial: &[u8], name: &str) -> Result<Self, Failure> {
        let certificate = first(der).ok_or_else(|| unlike("a certificate"))?;
        let signed = first(certificate.contents).ok_or_else(|| unlike("its signed part"))?;
        let from = der.len() - certificate.contents.len();
        let signed = from..from + signed.whole.len();
        let found = |what: &[u8]| -> Vec<usize> {
            let place = |(place, window)| (window == what).then_some(place);
            der.windows(what.len().max(1)).enumerate().filter_map(place).collect()
        };
        let names = found(name.as_bytes());
        let times: Vec<usize> = found(&UTC_TIME)
            .into_iter()
            .filter(|place| der.get(place + 14) == Some(&b'Z'))
            .collect();
        match (found(serial).first(), times.as_slice()) {
            (Some(place), [_, end, ..]) if !names.is_empty() => Ok(Self {
                der: der.to_vec(),
                serial: *place,
                serial_length: serial.len(),
                names,
                name_length: name.len(),
                end: end + UTC_TIME.len(),
                signed,
            }),
            _ => Err(unlike("a certificate's serial number, name or end")),
        }
    }

    /// A copy with these, which have the lengths of the first ones.
    pub(super) fn copy(&self, serial: &[u8], name: &str, end: i64) -> Vec<u8> {
        let mut der = self.der.clone();
        put(&mut der, self.serial, serial, self.serial_length);
        for place in &self.names {
            put(&mut der, *place, name.as_bytes(), self.name_length);
        }
        put(&mut der, self.end, utc_time(end).as_bytes(), 13);
        der
    }

    /// The signed part of a copy.
    pub(super) fn signed<'a>(&self, copy: &'a [u8]) -> &'a [u8] {
        copy.get(self.signed.clone()).unwrap_or_default()
    }
}

fn put(der: &mut [u8], place: usize, new: &[u8], length: usize) {
    debug_assert_eq!(new.len(), length);
    if let Some(old) = der.get_mut(place..place + length)
        && old.len() == new.len()
    {
        old.copy_from_slice(new);
    }
}

/// A moment in seconds since 1970 as UTCTime. The date is that of the proleptic Gregorian calendar,
/// counted in eras of 400 years that begin in March.
fn utc_time(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
    let calendar_month = if month < 10 { month + 3 } else { month - 9 };
    let calendar_year = year + era * 400 + i64::from(calendar_month <= 2);
    format!(
        "{:02}{calendar_month:02}{day_of_month:02}{:02}{:02}{:02}Z",
        calendar_year.rem_euclid(100),
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_certificates_have_them() {
        for (seconds, expected) in [
            (0, "700101000000Z"),
            (951_782_400, "000229000000Z"),
            (1_795_335_904, "261122082504Z"),
            (4_102_444_799, "991231235959Z"),
        ] {
            assert_eq!(utc_time(seconds), expected);
        }
    }

    #[test]
    fn a_copy_is_a_certificate_with_another_serial_number_name_and_end() {
        let key = rcgen::KeyPair::generate().unwrap();
        let name = "seed-0000000000.example.org";
        let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2026, 1, 1);
        params.not_after = rcgen::date_time_ymd(2027, 1, 1);
        params.serial_number = Some(rcgen::SerialNumber::from_slice(&[0x51; 16]));
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let der = params.self_signed(&key).unwrap().der().to_vec();
        let patch = Patch::of(&der, &[0x51; 16], name).unwrap();

        let copy = patch.copy(&[0x42; 16], "seed-0000000007.example.org", 1_795_335_904);

        let read = x509::Certificate::from_der(&copy).unwrap();
        assert_eq!(read.serial().to_hex(), "42".repeat(16));
        assert!(read.subject().to_string().contains("seed-0000000007"));
        assert_eq!(read.not_after().0, 1_795_335_904);
        let text = format!("{:?}", read.subject_alt_names());
        assert!(text.contains("seed-0000000007") && !text.contains("seed-0000000000"), "{text}");
        assert_eq!(first(first(&copy).unwrap().contents).unwrap().whole, patch.signed(&copy));
    }
}
