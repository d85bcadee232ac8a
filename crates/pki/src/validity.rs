//! How long a certificate is asked to be valid, and what becomes of that.

use std::time::Duration;

use ledger::Timestamp;
use time::{Date, Month, OffsetDateTime};

use crate::{Error, Field};

/// How far in the past an explicit start may lie.
const PAST_START: Duration = Duration::from_secs(5 * 60);

/// How far notBefore is set back when the request names no start, for clocks that run late.
const BACKDATING: Duration = Duration::from_secs(60);

/// How long a root may be valid, in years.
const ROOT_YEARS: u32 = 30;

/// How long everything that has an issuer may be valid, in years.
const ISSUED_YEARS: u32 = 20;

/// The unit of a validity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ValidityUnit {
    /// 24 hours.
    Day,
    /// 60 minutes.
    Hour,
    /// 31 days, whatever the calendar says.
    Month,
    /// 12 calendar months; 29 February goes to the 28th.
    Year,
}

/// A requested validity: an amount of units from a start.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Validity {
    /// The unit.
    pub unit: ValidityUnit,
    /// How many units; at least one.
    pub amount: u32,
    /// The start; `None` is now, with a notBefore one minute earlier.
    pub start: Option<Timestamp>,
}

/// From when to when a certificate is valid: whole seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    /// The first second.
    pub not_before: Timestamp,
    /// The last second.
    pub not_after: Timestamp,
}

impl Validity {
    /// The window of a certificate that is made at `now` below an issuer that is valid in
    /// `issuer`; `None` is a root, which is its own issuer.
    ///
    /// # Errors
    ///
    /// `Invalid` when the validity breaks a rule; `IssuerRefuses` when the issuer is not yet valid.
    pub fn window(&self, now: Timestamp, issuer: Option<Window>) -> Result<Window, Error> {
        let refuse = |problem: &str| Err(Error::invalid(Field::Validity, problem));
        let present = now.floor_to_second();
        if issuer.is_some_and(|issuer| present < issuer.not_before) {
            return Err(Error::IssuerRefuses("it is not valid yet".to_owned()));
        }
        if self.amount == 0 {
            return refuse("the validity must be at least one unit long");
        }
        let start = match self.start {
            Some(start) if start <= now - PAST_START => {
                return refuse("the validity must not start more than 5 minutes ago");
            }
            Some(start) => start.floor_to_second(),
            None => present,
        };
        let years = if issuer.is_some() { ISSUED_YEARS } else { ROOT_YEARS };
        let not_after = match (self.end(start), after_years(start, years)) {
            (Some(end), Some(latest)) if end <= latest => end,
            (_, None) => return refuse("the validity must end before the year 10000"),
            _ => return refuse(&format!("the validity must not be longer than {years} years")),
        };
        let earliest = issuer.map_or(Timestamp::from_millis(i64::MIN), |issuer| issuer.not_before);
        if self.start.is_some() && start < earliest {
            return refuse("the validity must not start before that of the issuer");
        }
        if issuer.is_some_and(|issuer| not_after > issuer.not_after) {
            return refuse("the validity must not end after that of the issuer");
        }
        let not_before = match self.start {
            Some(_) => start,
            None => (start - BACKDATING).max(earliest),
        };
        Ok(Window { not_before, not_after })
    }

    /// The end of a validity that begins at `start`; `None` when the calendar has no such time.
    fn end(&self, start: Timestamp) -> Option<Timestamp> {
        let (amount, unit_seconds) = match self.unit {
            ValidityUnit::Year => return after_years(start, self.amount),
            ValidityUnit::Month => (self.amount, 31 * 86_400),
            ValidityUnit::Day => (self.amount, 86_400),
            ValidityUnit::Hour => (self.amount, 3_600),
        };
        let seconds = i64::from(amount).checked_mul(unit_seconds)?;
        let end = start.as_seconds().checked_add(seconds)?;
        // A year past 9999 cannot be written into a certificate.
        OffsetDateTime::from_unix_timestamp(end).ok()?;
        Some(Timestamp::from_seconds(end))
    }
}

/// The same moment of the calendar `years` later; 29 February goes to the 28th.
fn after_years(start: Timestamp, years: u32) -> Option<Timestamp> {
    let start = OffsetDateTime::from_unix_timestamp(start.as_seconds()).ok()?;
    let year = start.year().checked_add(i32::try_from(years).ok()?)?;
    let date = Date::from_calendar_date(year, start.month(), start.day())
        .or_else(|_| Date::from_calendar_date(year, Month::February, 28))
        .ok()?;
    Some(Timestamp::from_seconds(start.replace_date(date).unix_timestamp()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    fn at(moment: OffsetDateTime) -> Timestamp {
        Timestamp::from_seconds(moment.unix_timestamp())
    }

    fn validity(unit: ValidityUnit, amount: u32) -> Validity {
        Validity { unit, amount, start: None }
    }

    const NOW: OffsetDateTime = datetime!(2026-03-01 12:00:00.75 UTC);

    #[test]
    fn a_unit_is_as_long_as_the_api_says() {
        use ValidityUnit::{Day, Hour, Month, Year};
        for (unit, amount, end) in [
            (Hour, 1, datetime!(2026-03-01 13:00 UTC)),
            (Day, 1, datetime!(2026-03-02 12:00 UTC)),
            (Month, 1, datetime!(2026-04-01 12:00 UTC)),
            (Month, 2, datetime!(2026-05-02 12:00 UTC)),
            (Year, 1, datetime!(2027-03-01 12:00 UTC)),
            (Year, 30, datetime!(2056-03-01 12:00 UTC)),
        ] {
            let window = validity(unit, amount).window(at(NOW), None).unwrap();
            assert_eq!(window.not_after, at(end), "{unit:?} {amount}");
            assert_eq!(window.not_before, at(datetime!(2026-03-01 11:59 UTC)));
        }
    }

    #[test]
    fn a_leap_day_goes_to_the_28th() {
        let now = at(datetime!(2028-02-29 06:00 UTC));

        let window = validity(ValidityUnit::Year, 1).window(now, None).unwrap();

        assert_eq!(window.not_after, at(datetime!(2029-02-28 06:00 UTC)));
        let four = validity(ValidityUnit::Year, 4).window(now, None).unwrap();
        assert_eq!(four.not_after, at(datetime!(2032-02-29 06:00 UTC)));
    }

    #[test]
    fn a_root_may_last_thirty_years_and_what_it_issues_twenty() {
        let wide = Window {
            not_before: at(datetime!(2000-01-01 0:00 UTC)),
            not_after: at(datetime!(2090-01-01 0:00 UTC)),
        };
        for (issuer, unit, amount, allowed) in [
            (None, ValidityUnit::Year, 30, true),
            (None, ValidityUnit::Year, 31, false),
            (None, ValidityUnit::Day, 10_958, true),
            (None, ValidityUnit::Day, 10_959, false),
            (None, ValidityUnit::Hour, u32::MAX, false),
            (None, ValidityUnit::Year, u32::MAX, false),
            (None, ValidityUnit::Day, 0, false),
            (Some(wide), ValidityUnit::Year, 20, true),
            (Some(wide), ValidityUnit::Year, 21, false),
            (Some(wide), ValidityUnit::Month, 236, false),
        ] {
            let window = validity(unit, amount).window(at(NOW), issuer);
            assert_eq!(window.is_ok(), allowed, "{unit:?} {amount}");
        }
    }

    #[test]
    fn a_start_may_lie_just_under_five_minutes_back() {
        let now = at(NOW);
        for (seconds_ago, allowed) in [(300, false), (299, true), (0, true), (-86_400, true)] {
            let start = Timestamp::from_seconds(now.as_seconds() - seconds_ago);
            let asked = Validity { unit: ValidityUnit::Day, amount: 1, start: Some(start) };

            let window = asked.window(now, None);

            assert_eq!(window.as_ref().ok().map(|w| w.not_before), allowed.then_some(start));
        }
    }

    #[test]
    fn an_issuer_bounds_both_ends() {
        let now = at(NOW);
        let issuer = Window { not_before: now - Duration::from_secs(10), not_after: now + DAY };
        let soon = Validity { start: Some(now - Duration::from_secs(11)), ..DAY_LONG };

        assert_eq!(DAY_LONG.window(now, Some(issuer)).unwrap().not_before, issuer.not_before);
        assert_eq!(DAY_LONG.window(now, Some(issuer)).unwrap().not_after, issuer.not_after);
        assert!(validity(ValidityUnit::Hour, 25).window(now, Some(issuer)).is_err());
        assert!(soon.window(now, Some(issuer)).is_err());
    }

    #[test]
    fn an_issuer_that_is_not_yet_valid_does_not_issue() {
        let now = at(NOW);
        let issuer = Window { not_before: now + Duration::from_secs(1), not_after: now + DAY * 9 };
        let later = Validity { start: Some(now + DAY), ..DAY_LONG };

        assert!(matches!(DAY_LONG.window(now, Some(issuer)), Err(Error::IssuerRefuses(_))));
        assert!(matches!(later.window(now, Some(issuer)), Err(Error::IssuerRefuses(_))));
    }

    const DAY: Duration = Duration::from_secs(86_400);
    const DAY_LONG: Validity = Validity { unit: ValidityUnit::Day, amount: 1, start: None };

    proptest! {
        #[test]
        fn a_window_is_whole_seconds_in_order_and_inside_the_issuers(
            now in 0_i64..8_000_000_000_000,
            offset in proptest::option::of(-400_000_i64..400_000_000),
            unit in prop_oneof![
                Just(ValidityUnit::Day), Just(ValidityUnit::Hour),
                Just(ValidityUnit::Month), Just(ValidityUnit::Year),
            ],
            amount in any::<u32>().prop_map(|n| if n % 2 == 0 { n } else { n % 300 }),
            issuer in proptest::option::of((-9_000_000_i64..9_000_000, 1_i64..1_000_000_000)),
        ) {
            let moment = Timestamp::from_millis(now);
            let start = offset.map(|offset| Timestamp::from_millis(now + offset));
            let issuer = issuer.map(|(from, length)| {
                let not_before = Timestamp::from_seconds(now / 1000 + from);
                Window { not_before, not_after: Timestamp::from_seconds(now / 1000 + from + length) }
            });

            if let Ok(window) = (Validity { unit, amount, start }).window(moment, issuer) {
                prop_assert!(window.not_before < window.not_after);
                prop_assert_eq!(window.not_before, window.not_before.floor_to_second());
                prop_assert_eq!(window.not_after, window.not_after.floor_to_second());
                if let Some(issuer) = issuer {
                    prop_assert!(window.not_before >= issuer.not_before);
                    prop_assert!(window.not_after <= issuer.not_after);
                    prop_assert!(moment >= issuer.not_before);
                }
            }
        }

        #[test]
        fn any_numbers_at_all_are_answered(
            now in any::<i64>(), start in proptest::option::of(any::<i64>()), amount in any::<u32>(),
        ) {
            for unit in
                [ValidityUnit::Day, ValidityUnit::Hour, ValidityUnit::Month, ValidityUnit::Year]
            {
                let start = start.map(Timestamp::from_millis);
                let _ = (Validity { unit, amount, start }).window(Timestamp::from_millis(now), None);
            }
        }
    }
}
