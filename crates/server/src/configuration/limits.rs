//! How much is done at once, how often somebody may ask, and how slow a client may be.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::time::Duration;

use api::{Bound, Network, Rate};

use crate::cli::{LimitArguments, LimitSettings};
use crate::failure::Failure;
use crate::listener::{Bounds, Times};

/// What may be many.
const COUNT: RangeInclusive<u32> = 1..=1_000_000;
/// What may be none or many.
const PLACES: RangeInclusive<u32> = 0..=1_000_000;
/// What takes seconds.
const SECONDS: RangeInclusive<u32> = 1..=3600;
/// What may be none, or at most as often as a clock in nanoseconds can tell apart.
const RATE: RangeInclusive<u32> = 0..=1_000_000;

/// All limits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Limits {
    /// Of requests.
    pub(crate) requests: api::Limits,
    /// How long a body may take.
    pub(crate) body_timeout: Duration,
    /// How many octets of it must come each second.
    pub(crate) body_rate: u32,
    /// Of connections.
    pub(crate) connections: Bounds,
}

impl Limits {
    /// Decides them: flags and variables over the settings file over the defaults.
    pub(super) fn of(
        arguments: LimitArguments,
        file: LimitSettings,
        proxies: &[Network],
    ) -> Result<Self, Failure> {
        let said = arguments.over(file);
        let usual = api::Limits::default();
        let patience = within("patience_ms", said.patience_ms, 1000, 1..=60_000)?;
        let patience = Duration::from_millis(u64::from(patience));
        let bound = |running: Result<u32, Failure>, waiting: Result<u32, Failure>| {
            Ok::<_, Failure>(Bound { running: running?, waiting: waiting?, patience })
        };
        let requests = bound(
            within("requests", said.requests, usual.requests.running, COUNT),
            within("requests_waiting", said.requests_waiting, usual.requests.waiting, PLACES),
        )?;
        let (own, waiting) = (said.public_requests, said.public_requests_waiting);
        let public = bound(
            within("public_requests", own, usual.public.running, COUNT),
            within("public_requests_waiting", waiting, usual.public.waiting, PLACES),
        )?;
        let requests = api::Limits {
            requests,
            bodies: within("bodies", said.bodies, usual.bodies, COUNT)?,
            account: rate("account", said.account_rate, said.account_burst)?,
            credential: rate("credential", said.credential_rate, said.credential_burst)?,
            public,
            public_rate: rate("public", said.public_rate, said.public_burst)?,
            address: rate("address", said.address_rate, said.address_burst)?,
        };
        let front_ends = api::Settings::default();
        Ok(Self {
            requests,
            body_timeout: seconds("body_seconds", said.body_seconds, front_ends.body_timeout)?,
            body_rate: within("body_rate", said.body_rate, front_ends.body_rate, RATE)?,
            connections: connections(&said, proxies)?,
        })
    }
}

fn connections(said: &LimitSettings, proxies: &[Network]) -> Result<Bounds, Failure> {
    let usual = Bounds::default();
    let (all, own) = (said.connections, said.connections_of_address);
    let times = usual.times;
    Ok(Bounds {
        connections: within("connections", all, usual.connections, COUNT)?,
        of_address: within("connections_of_address", own, usual.of_address, COUNT)?,
        proxies: proxies.to_vec(),
        times: Times {
            handshake: seconds("handshake_seconds", said.handshake_seconds, times.handshake)?,
            header: seconds("header_seconds", said.header_seconds, times.header)?,
            idle: seconds("idle_seconds", said.idle_seconds, times.idle)?,
            write: seconds("write_seconds", said.write_seconds, times.write)?,
        },
    })
}

/// What was said, or what is usual; `name` is the setting's.
fn within(
    name: &str,
    said: Option<u32>,
    usual: u32,
    range: RangeInclusive<u32>,
) -> Result<u32, Failure> {
    let value = said.unwrap_or(usual);
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = (range.start(), range.end());
    Err(contradiction(format!("[limits] {name} is {value}, not {least} to {most}")))
}

fn seconds(name: &str, said: Option<u32>, usual: Duration) -> Result<Duration, Failure> {
    let Some(value) = said else { return Ok(usual) };
    let value = within(name, Some(value), 1, SECONDS)?;
    Ok(Duration::from_secs(u64::from(value)))
}

/// The rate of `whose`; without a burst of its own a second's tokens may be taken at once.
fn rate(whose: &str, rate: Option<u32>, burst: Option<u32>) -> Result<Option<Rate>, Failure> {
    let rate = within(&format!("{whose}_rate"), rate, 0, RATE)?;
    let burst = within(&format!("{whose}_burst"), burst, 0, PLACES)?;
    match (NonZeroU32::new(rate), NonZeroU32::new(burst)) {
        (Some(per_second), burst) => {
            Ok(Some(Rate { per_second, burst: burst.unwrap_or(per_second) }))
        }
        (None, None) => Ok(None),
        (None, Some(burst)) => Err(contradiction(format!(
            "[limits] {whose}_burst is {burst}, and there is no {whose}_rate"
        ))),
    }
}

fn contradiction(problem: String) -> Failure {
    let hint = "correct the settings file, the flag --limit-… or the variable CINNABAR_LIMIT_…; \
                leave it out for the default";
    Failure::Contradiction { problem, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(file: &str) -> Result<Limits, String> {
        let file = toml::from_str(file).expect("this is the section of a settings file");
        Limits::of(LimitArguments::default(), file, &[]).map_err(|failure| failure.to_string())
    }

    #[test]
    fn nobody_has_to_say_anything() {
        let limits = decided("").unwrap();

        assert_eq!(limits.requests, api::Limits::default());
        assert_eq!(limits.connections, Bounds::default());
    }

    #[test]
    fn what_is_said_counts() {
        let limits =
            decided("requests = 7\naccount_rate = 5\nwrite_seconds = 2\nbody_seconds = 3").unwrap();

        assert_eq!(limits.requests.requests.running, 7);
        assert_eq!(limits.connections.times.write, Duration::from_secs(2));
        assert_eq!(limits.body_timeout, Duration::from_secs(3));
        let five = NonZeroU32::new(5).unwrap();
        assert_eq!(limits.requests.account, Some(Rate { per_second: five, burst: five }));
    }

    #[test]
    fn flags_win_over_the_file() {
        let flags = LimitArguments { requests: Some(3), ..LimitArguments::default() };
        let file = LimitSettings { requests: Some(4), bodies: Some(5), ..LimitSettings::default() };

        let limits = Limits::of(flags, file, &[]).unwrap().requests;

        assert_eq!((limits.requests.running, limits.bodies), (3, 5));
    }

    #[test]
    fn a_value_that_is_no_limit_is_refused_by_its_name() {
        for (file, name) in [
            ("requests = 0", "requests is 0"),
            ("bodies = 0", "bodies is 0"),
            ("patience_ms = 60001", "patience_ms is 60001"),
            ("connections = 0", "connections is 0"),
            ("header_seconds = 0", "header_seconds is 0"),
            ("idle_seconds = 3601", "idle_seconds is 3601"),
            ("account_rate = 1000001", "account_rate is 1000001"),
            ("address_burst = 9", "no address_rate"),
        ] {
            let problem = decided(file).unwrap_err();
            assert!(problem.contains(name), "{file}: {problem}");
        }
    }
}
