//! What a password hash costs.

use iam::PasswordCost;

use super::file::PasswordSettings;
use crate::failure::Failure;

impl PasswordSettings {
    /// The cost of new hashes. Bounded below, so that a slip does not make passwords cheap to
    /// guess (RFC 9106 §4 and OWASP's least: 7 MiB), and above, so that a sign-in neither takes
    /// all memory nor longer than a client waits.
    pub(crate) fn cost(self) -> Result<PasswordCost, Failure> {
        let usual = PasswordCost::default();
        let cost = PasswordCost {
            memory_kib: self.memory_kib.unwrap_or(usual.memory_kib),
            passes: self.passes.unwrap_or(usual.passes),
            lanes: self.lanes.unwrap_or(usual.lanes),
        };
        for (name, value, least, most) in [
            ("memory_kib", cost.memory_kib, 7 * 1024, 1024 * 1024),
            ("passes", cost.passes, 1, 16),
            ("lanes", cost.lanes, 1, 16),
        ] {
            if !(least..=most).contains(&value) {
                return Err(Failure::Contradiction {
                    problem: format!("[password] {name} is {value}, not {least} to {most}"),
                    hint: "correct the settings file; leave the section out for the defaults",
                });
            }
        }
        Ok(cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_settings_the_cost_is_the_usual_one() {
        assert_eq!(PasswordSettings::default().cost().unwrap(), PasswordCost::default());
    }

    #[test]
    fn costs_are_bounded() {
        let settings = |memory_kib, passes, lanes| PasswordSettings {
            memory_kib: Some(memory_kib),
            passes: Some(passes),
            lanes: Some(lanes),
        };
        for (memory_kib, passes, lanes, accepted) in [
            (7168, 1, 1, true),
            (1_048_576, 16, 16, true),
            (65_536, 3, 4, true),
            (7167, 2, 1, false),
            (1_048_577, 2, 1, false),
            (19_456, 0, 1, false),
            (19_456, 17, 1, false),
            (19_456, 2, 0, false),
            (19_456, 2, 17, false),
        ] {
            let answer = settings(memory_kib, passes, lanes).cost();
            assert_eq!(answer.is_ok(), accepted, "{memory_kib} {passes} {lanes}");
        }
    }
}
