//! How long work that failed waits before it is tried again.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// The pause after the failure that followed `failures` others: it doubles.
pub(super) fn after(failures: u32) -> Duration {
    let factor = 1_u32.checked_shl(failures).unwrap_or(u32::MAX);
    FIRST.saturating_mul(factor).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_five_minutes() {
        let pauses: Vec<u64> =
            [0, 1, 2, 7, 8, 31, 32, u32::MAX].map(|failures| after(failures).as_secs()).into();

        assert_eq!(pauses, [2, 4, 8, 256, 300, 300, 300, 300]);
    }
}
