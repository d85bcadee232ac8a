//! A time span as a user types it: `90s`, `15m`, `24h`, `7d`.

use std::time::Duration;

/// The longest life of a token that the command line issues.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Reads a whole number with a unit; one second to seven days.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let form = || "a whole number and s, m, h or d, such as 90s or 24h".to_owned();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let amount: u64 = digits.parse().map_err(|_| form())?;
    let unit = match text.strip_prefix(digits) {
        Some("s") => 1,
        Some("m") => 60,
        Some("h") => 60 * 60,
        Some("d") => 24 * 60 * 60,
        _ => return Err(form()),
    };
    bounded(Duration::from_secs(amount.saturating_mul(unit))).map_err(str::to_owned)
}

/// The time, if a token may live so long; else what is allowed.
pub(crate) fn bounded(time: Duration) -> Result<Duration, &'static str> {
    if time.is_zero() || time > LONGEST { Err("between 1s and 7d") } else { Ok(time) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood() {
        assert_eq!(parse("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("15m"), Ok(Duration::from_secs(900)));
        assert_eq!(parse("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(parse("7d"), Ok(LONGEST));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "h", "24", "1.5h", "-1h", "0s", "8d", "1w", "99999999999999999999d"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
