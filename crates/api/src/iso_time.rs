//! Times as the identity API writes them.

use ledger::Timestamp;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_written_with_six_decimals() {
        let at = Timestamp::from_millis(1_735_804_566_545);

        assert_eq!(microseconds(at), "2025-01-02T07:56:06.545000Z");
    }
}
