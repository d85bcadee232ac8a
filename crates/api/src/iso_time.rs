//! Times as the identity API and Workspace write them.

use ledger::Timestamp;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Iso8601;
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// `YYYY-MM-DDTHH:mm:ss.ssssssZ`.
const MICROSECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// `at` in UTC with six decimals: `2026-11-21T22:59:31.123000Z`.
pub(crate) fn microseconds(at: Timestamp) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.as_millis()) * 1_000_000)
        .ok()
        .and_then(|time| time.format(MICROSECONDS).ok())
        // Only years beyond 9999 have no such form, and no clock gives them.
        .unwrap_or_default()
}

/// `YYYY-MM-DDTHH:mm:ssZ`.
const SECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// The second of `at` in UTC: `2026-11-21T22:59:31Z`.
pub(crate) fn seconds(at: Timestamp) -> String {
    OffsetDateTime::from_unix_timestamp(at.as_seconds())
        .ok()
        .and_then(|time| time.format(SECONDS).ok())
        .unwrap_or_default()
}

/// The time that a text names: a date, or a date and a time of ISO 8601, in UTC unless it names an
/// offset.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let whole = OffsetDateTime::parse(text, &Iso8601::DEFAULT).ok();
    let in_utc = || PrimitiveDateTime::parse(text, &Iso8601::DEFAULT).ok();
    let day = || Date::parse(text, &Iso8601::DATE).ok().map(Date::midnight);
    let time = whole.or_else(|| in_utc().or_else(day).map(PrimitiveDateTime::assume_utc))?;
    let milliseconds = time.unix_timestamp_nanos().div_euclid(1_000_000);
    i64::try_from(milliseconds).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_written_with_six_decimals() {
        let at = Timestamp::from_millis(1_735_804_566_545);

        assert_eq!(microseconds(at), "2025-01-02T07:56:06.545000Z");
    }

    #[test]
    fn whole_seconds_have_no_decimals() {
        assert_eq!(seconds(Timestamp::from_millis(1_735_804_566_545)), "2025-01-02T07:56:06Z");
    }

    #[test]
    fn a_text_is_in_utc_unless_it_names_an_offset() {
        for (text, expected) in [
            ("2025-01-02T07:56:06Z", Some(1_735_804_566_000)),
            ("2025-01-02T07:56:06.545Z", Some(1_735_804_566_545)),
            ("2025-01-02T15:56:06+08:00", Some(1_735_804_566_000)),
            ("2025-01-02T07:56:06", Some(1_735_804_566_000)),
            ("2025-01-02", Some(1_735_776_000_000)),
            ("2025-02-30", None),
            ("2025-01-02 07:56:06", None),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(parse(text).map(Timestamp::as_millis), expected, "{text}");
        }
    }
}
