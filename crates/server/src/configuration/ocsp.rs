//! How long OCSP answers are good.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::file::OcspSettings;
use crate::failure::Failure;

/// How many seconds an answer may be good: clients refuse what is not yet or no more good by their own
/// clock, and signing anew each second helps nobody.
const LASTS: RangeInclusive<u32> = 300..=604_800;

/// How long OCSP answers are good.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Ocsp {
    /// From an answer's thisUpdate to its nextUpdate.
    pub(crate) lasts: Duration,
    /// For how long others may give an answer on.
    pub(crate) max_age: Duration,
}

impl Ocsp {
    /// An hour and a minute, unless the file says otherwise. The server itself gives an answer again in
    /// the first half of its time, so that is the most that others may add.
    pub(super) fn of(file: OcspSettings) -> Result<Self, Failure> {
        let lasts = file.next_update.unwrap_or(3600);
        let max_age = file.max_age.unwrap_or(60);
        let hint = "correct the settings file; leave the section out for the defaults";
        if !LASTS.contains(&lasts) {
            let (least, most) = (LASTS.start(), LASTS.end());
            let problem = format!("[ocsp] next_update is {lasts}, not {least} to {most}");
            return Err(Failure::Contradiction { problem, hint });
        }
        if max_age > lasts / 2 {
            let problem = format!("[ocsp] max_age is {max_age}, more than half of next_update");
            return Err(Failure::Contradiction { problem, hint });
        }
        let seconds = |seconds| Duration::from_secs(u64::from(seconds));
        Ok(Self { lasts: seconds(lasts), max_age: seconds(max_age) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_bounded() {
        for (next_update, max_age, accepted) in [
            (None, None, true),
            (Some(300), Some(150), true),
            (Some(300), Some(0), true),
            (Some(604_800), None, true),
            (Some(299), None, false),
            (Some(604_801), None, false),
            (Some(300), Some(151), false),
            (None, Some(1801), false),
        ] {
            let decided = Ocsp::of(OcspSettings { next_update, max_age });
            assert_eq!(decided.is_ok(), accepted, "{next_update:?} {max_age:?}");
        }
    }
}
