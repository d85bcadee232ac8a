//! Times in certificates (RFC 5280 §4.1.2.5).

use std::fmt;

use crate::der::{DerError, Element, Writer, tag};

/// A point in time: whole seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnixTime(pub i64);

/// The civil date and time of a [`UnixTime`].
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    second_of_day: i64,
}

const DAY: i64 = 86_400;

impl UnixTime {
    /// 1950-01-01T00:00:00Z, before which certificates have no times.
    pub const MIN: Self = Self(-631_152_000);

    /// 9999-12-31T23:59:59Z, "no well-defined expiration date" (RFC 5280 §4.1.2.5).
    pub const MAX: Self = Self(253_402_300_799);

    /// 2050-01-01T00:00:00Z, from which on times are GeneralizedTime (RFC 5280 §4.1.2.5).
    pub const GENERALIZED: Self = Self(2_524_608_000);

    /// Reads a `Time`: UTCTime through 2049, GeneralizedTime from 2050, to the second and in UTC.
    ///
    /// # Errors
    /// [`DerError`] if it is in another form or no date of the calendar.
    pub fn from_element(element: Element<'_>) -> Result<Self, DerError> {
        match element.tag {
            tag::UTC_TIME => {
                let (year, rest) = digits(element.content, 2)?;
                Self::in_year(if year < 50 { 2000 + year } else { 1900 + year }, rest)
            }
            tag::GENERALIZED_TIME => {
                let (year, rest) = digits(element.content, 4)?;
                if year < 2050 {
                    return Err(DerError::Value);
                }
                Self::in_year(year, rest)
            }
            other => Err(DerError::Tag(other)),
        }
    }

    /// Reads a GeneralizedTime of any year, as OCSP has it (RFC 6960 §4.2.2.1), to the second and in
    /// UTC.
    ///
    /// # Errors
    /// [`DerError`] if it is in another form or no date of the calendar.
    pub fn from_generalized(element: Element<'_>) -> Result<Self, DerError> {
        if element.tag != tag::GENERALIZED_TIME {
            return Err(DerError::Tag(element.tag));
        }
        let (year, rest) = digits(element.content, 4)?;
        Self::in_year(year, rest)
    }

    /// Reads what follows the year.
    fn in_year(year: i64, rest: &[u8]) -> Result<Self, DerError> {
        let (month, rest) = digits(rest, 2)?;
        let (day, rest) = digits(rest, 2)?;
        let (hour, rest) = digits(rest, 2)?;
        let (minute, rest) = digits(rest, 2)?;
        let (second, rest) = digits(rest, 2)?;
        let in_range = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if rest != b"Z" || !in_range {
            return Err(DerError::Value);
        }
        let days = days_from_civil(year, month, day);
        Ok(Self(days * DAY + hour * 3600 + minute * 60 + second))
    }

    /// Writes a `Time`; one outside [`UnixTime::MIN`]..=[`UnixTime::MAX`] as the nearer of them.
    pub fn write(self, w: &mut Writer) {
        let civil = self.clamp(Self::MIN, Self::MAX).civil();
        let (hour, minute, second) = civil.time();
        let mut text = [b'Z'; 15];
        let values =
            [civil.year / 100, civil.year % 100, civil.month, civil.day, hour, minute, second];
        for (digits, value) in text.chunks_exact_mut(2).zip(values) {
            digits.copy_from_slice(&two_digits(value));
        }
        if civil.year < 2050 {
            w.element(tag::UTC_TIME, text.get(2..).unwrap_or_default());
        } else {
            w.element(tag::GENERALIZED_TIME, &text);
        }
    }

    /// Writes a GeneralizedTime, also before 2050: OCSP has no other (RFC 6960 §4.2.2.1). One outside
    /// [`UnixTime::MIN`]..=[`UnixTime::MAX`] is written as the nearer of them.
    pub fn write_generalized(self, w: &mut Writer) {
        let civil = self.clamp(Self::MIN, Self::MAX).civil();
        let (hour, minute, second) = civil.time();
        let Civil { year, month, day, .. } = civil;
        let text = format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
        w.element(tag::GENERALIZED_TIME, text.as_bytes());
    }

    /// The calendar date (the proleptic Gregorian calendar, after Howard Hinnant's `civil_from_days`).
    fn civil(self) -> Civil {
        let days = self.0.div_euclid(DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Civil { year, month, day, second_of_day: self.0.rem_euclid(DAY) }
    }
}

impl Civil {
    const fn time(&self) -> (i64, i64, i64) {
        let second = self.second_of_day;
        (second / 3600, second / 60 % 60, second % 60)
    }
}

/// `2026-01-31T12:00:00Z`
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        let (hour, minute, second) = civil.time();
        let Civil { year, month, day, .. } = civil;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Days since 1970-01-01 of a date, after Howard Hinnant's `days_from_civil`.
/// A number below a hundred, in decimal. Without formatting: a CRL has a time for each entry.
fn two_digits(value: i64) -> [u8; 2] {
    let digit = |value: i64| u8::try_from(value.rem_euclid(10)).unwrap_or_default() + b'0';
    [digit(value / 10), digit(value)]
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let march_month = (month + 9) % 12;
    let day_of_year = (153 * march_month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Takes a number of `count` decimal digits off the front.
fn digits(text: &[u8], count: usize) -> Result<(i64, &[u8]), DerError> {
    let (number, rest) = text.split_at_checked(count).ok_or(DerError::Value)?;
    if !number.iter().all(u8::is_ascii_digit) {
        return Err(DerError::Value);
    }
    Ok((number.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::der::Reader;

    fn read(tag: u8, text: &str) -> Result<UnixTime, DerError> {
        UnixTime::from_element(Element { tag, content: text.as_bytes(), encoded: &[] })
    }

    #[test]
    fn utc_time_ends_with_2049() {
        let last = UnixTime(2_524_607_999);
        assert_eq!(last.to_string(), "2049-12-31T23:59:59Z");

        assert_eq!(&Writer::build(|w| last.write(w))[2..], b"491231235959Z");
        assert_eq!(&Writer::build(|w| UnixTime(last.0 + 1).write(w))[2..], b"20500101000000Z");
        assert_eq!(read(tag::UTC_TIME, "491231235959Z"), Ok(last));
        assert_eq!(read(tag::GENERALIZED_TIME, "20500101000000Z"), Ok(UnixTime(last.0 + 1)));
        assert_eq!(read(tag::GENERALIZED_TIME, "20491231235959Z"), Err(DerError::Value));
    }

    #[test]
    fn the_bounds_are_the_dates_they_name() {
        assert_eq!(read(tag::UTC_TIME, "500101000000Z"), Ok(UnixTime::MIN));
        assert_eq!(read(tag::GENERALIZED_TIME, "99991231235959Z"), Ok(UnixTime::MAX));
    }

    #[test]
    fn refuses_what_is_not_der_or_no_date() {
        for text in [
            "",
            "260101000000",
            "2601010000Z",
            "260101000000+0000",
            "260101000000.5Z",
            "261301000000Z",
            "260001000000Z",
            "260100000000Z",
            "260230000000Z",
            "250229000000Z",
            "260101240000Z",
            "260101006000Z",
            "260101000060Z",
            "26010100000 Z",
            "260101000000ZZ",
            "+60101000000Z",
        ] {
            assert_eq!(read(tag::UTC_TIME, text), Err(DerError::Value), "{text:?}");
        }
        assert!(read(tag::UTC_TIME, "240229000000Z").is_ok());
        assert!(read(tag::GENERALIZED_TIME, "21000229000000Z").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in UnixTime::MIN.0..=UnixTime::MAX.0) {
            let der = Writer::build(|w| UnixTime(seconds).write(w));

            let element = Reader::new(&der).any().unwrap();

            prop_assert_eq!(UnixTime::from_element(element), Ok(UnixTime(seconds)));
        }

        #[test]
        fn what_is_written_generalized_is_read_back(seconds in UnixTime::MIN.0..=UnixTime::MAX.0) {
            let der = Writer::build(|w| UnixTime(seconds).write_generalized(w));

            let element = Reader::new(&der).any().unwrap();

            prop_assert_eq!(der.len(), 17);
            prop_assert_eq!(UnixTime::from_generalized(element), Ok(UnixTime(seconds)));
        }

        #[test]
        fn no_time_makes_writing_panic(seconds: i64) {
            let der = Writer::build(|w| UnixTime(seconds).write(w));
            prop_assert!(der.len() == 15 || der.len() == 17);
            let _ = UnixTime(seconds).to_string();
        }
    }
}
