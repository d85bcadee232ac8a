//! `X-Sdk-Date`, the date of a signature.

use ledger::Timestamp;

/// Parses `yyyymmddThhmmssZ`, UTC; `None` when it has another form or is no date.
pub(crate) fn parse(text: &[u8]) -> Option<Timestamp> {
    let digits = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to).filter(|text| text.iter().all(u8::is_ascii_digit))?;
        Some(digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    };
    if text.len() != 16 || text.get(8) != Some(&b'T') || text.get(15) != Some(&b'Z') {
        return None;
    }
    let (year, month, day) = (digits(0, 4)?, digits(4, 6)?, digits(6, 8)?);
    let (hour, minute, second) = (digits(9, 11)?, digits(11, 13)?, digits(13, 15)?);
    let legal = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    legal.then(|| {
        let seconds = days_since_epoch(year, month, day) * 86_400;
        Timestamp::from_seconds(seconds + hour * 3600 + minute * 60 + second)
    })
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to this day of the Gregorian calendar.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 477;
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    (year - 1970) * 365 + leap_days + months + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_from_the_epoch() {
        for (text, seconds) in [
            ("19700101T000000Z", 0),
            ("19691231T235959Z", -1),
            ("20000229T120000Z", 951_825_600),
            ("20260115T083000Z", 1_768_465_800),
            ("21000301T000000Z", 4_107_542_400),
        ] {
            assert_eq!(parse(text.as_bytes()), Some(Timestamp::from_seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn other_forms_and_impossible_dates_are_refused() {
        for text in [
            "",
            "2026-01-15T08:30:00Z",
            "20260115T083000",
            "20260115T083000z",
            "20260115 083000Z",
            "20260015T083000Z",
            "20261315T083000Z",
            "20260229T083000Z",
            "20260115T243000Z",
            "20260115T086000Z",
            "20260115T083060Z",
            "2026011\u{661}083000Z",
            "+0260115T083000Z",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
