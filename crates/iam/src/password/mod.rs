//! Passwords: Argon2id hashes as PHC strings.

mod change;
mod computation;
mod gate;
mod rule;
mod set;

use argon2::{Params, PasswordHash};
use ledger::Random;

use crate::Error;

pub use change::PasswordChange;
use computation::Computation;
pub(crate) use gate::PasswordGate;
pub(crate) use rule::check_password;

/// What one computation of a password hash costs (RFC 9106 §3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes that could be computed in parallel.
    pub lanes: u32,
}

impl Default for PasswordCost {
    /// 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

impl PasswordCost {
    fn computation(self) -> Result<Computation, Error> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None);
        params.map(Computation::new).map_err(Error::internal)
    }

    /// The PHC string of `password`. Takes some 20 ms of a processor.
    pub(crate) fn hash(self, password: &str, random: &dyn Random) -> Result<String, Error> {
        self.computation()?.hash(password.as_bytes(), &random.bytes::<16>())
    }

    /// Whether `password` is that of the PHC string `hash`. Without one it is compared with a hash
    /// that no password has, so that the time does not tell whether there is one.
    pub(crate) fn verify(self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        let hash = hash.map_or_else(|| self.unmatched(), str::to_owned);
        let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
        let is_right = Computation::of(&hash)?.is_of(password.as_bytes(), &hash)?;
        if !is_right {
            self.making_up(Self::of(&hash)?).try_for_each(Self::spend)?;
        }
        Ok(is_right)
    }

    /// Whether the PHC string `hash` cost less than a new one would, in any of its parameters.
    pub(crate) fn is_above(self, hash: &str) -> Result<bool, Error> {
        let old = Self::of(&PasswordHash::new(hash).map_err(Error::internal)?)?;
        Ok(old.memory_kib < self.memory_kib || old.passes < self.passes || old.lanes < self.lanes)
    }

    fn of(hash: &PasswordHash) -> Result<Self, Error> {
        let params = Params::try_from(hash).map_err(Error::internal)?;
        let (memory_kib, passes, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
        Ok(Self { memory_kib, passes, lanes })
    }

    /// What a computation takes of a processor, in KiB passed over.
    fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.passes)
    }

    /// What is to be computed for nothing after a wrong password for a hash of the cost `old`, so
    /// that it is not told from one for a user who is not there: as many KiB are passed over then.
    fn making_up(self, old: Self) -> impl Iterator<Item = Self> {
        let missing = self.work().saturating_sub(old.work());
        let memory = u64::from(self.memory_kib.max(1));
        let part = |memory_kib, passes| Self {
            memory_kib: u32::try_from(memory_kib).unwrap_or(u32::MAX),
            passes: u32::try_from(passes).unwrap_or(u32::MAX),
            lanes: 1,
        };
        let parts = [part(memory, missing / memory), part(missing % memory, 1)];
        // Less than the algorithm can do is nothing that a clock would see.
        parts.into_iter().filter(|part| part.passes > 0 && part.memory_kib >= Params::MIN_M_COST)
    }

    /// Computes a hash for nothing.
    fn spend(self) -> Result<(), Error> {
        self.computation()?.output(&[], &[0; 16]).map(drop)
    }

    /// A PHC string of this cost: salt and hash are all zeros, which is nobody's.
    fn unmatched(self) -> String {
        let Self { memory_kib, passes, lanes } = self;
        let (salt, hash) = ("A".repeat(22), "A".repeat(43));
        format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${hash}")
    }
}

#[cfg(test)]
mod tests {
    use ledger::system::SystemRandom;

    use super::*;

    #[test]
    fn a_hash_says_what_it_cost_and_knows_its_password_only() {
        let cost = PasswordCost { memory_kib: 64, passes: 2, lanes: 1 };

        let hash = cost.hash("correct horse", &SystemRandom).unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{hash}");
        assert!(cost.verify("correct horse", Some(&hash)).unwrap());
        assert!(!cost.verify("correct horsE", Some(&hash)).unwrap());
        assert!(!cost.verify("", Some(&hash)).unwrap());
    }

    #[test]
    fn a_hash_of_another_cost_is_still_verified() {
        let cheaper = PasswordCost { memory_kib: 32, passes: 1, lanes: 1 };
        let hash = cheaper.hash("p", &SystemRandom).unwrap();

        assert!(PasswordCost::default().verify("p", Some(&hash)).unwrap());
    }

    #[test]
    fn no_password_is_right_without_a_hash() {
        let cost = PasswordCost { memory_kib: 64, passes: 1, lanes: 1 };

        assert!(!cost.verify("", None).unwrap());
    }

    #[test]
    fn the_hash_of_nobody_costs_what_every_other_does() {
        let cost = PasswordCost { memory_kib: 64, passes: 3, lanes: 1 };
        let (real, unmatched) = (cost.hash("p", &SystemRandom).unwrap(), cost.unmatched());
        let (real, unmatched) =
            (PasswordHash::new(&real).unwrap(), PasswordHash::new(&unmatched).unwrap());

        assert_eq!(unmatched.params, real.params);
        assert_eq!(unmatched.algorithm, real.algorithm);
        assert_eq!(unmatched.hash.unwrap().len(), real.hash.unwrap().len());
        assert_eq!(unmatched.salt.unwrap().len(), real.salt.unwrap().len());
    }

    #[test]
    fn a_hash_is_below_a_cost_that_was_raised_and_not_below_its_own_or_a_lower_one() {
        let cost = PasswordCost { memory_kib: 64, passes: 2, lanes: 1 };
        let hash = cost.hash("p", &SystemRandom).unwrap();

        for (memory_kib, passes, lanes, above) in [
            (64, 2, 1, false),
            (32, 2, 1, false),
            (64, 1, 1, false),
            (65, 2, 1, true),
            (64, 3, 1, true),
            (64, 2, 2, true),
        ] {
            let raised = PasswordCost { memory_kib, passes, lanes };
            assert_eq!(raised.is_above(&hash).unwrap(), above, "{raised:?}");
        }
    }

    #[test]
    fn a_wrong_password_for_a_cheap_hash_costs_what_one_for_nobody_does() {
        let cost = |memory_kib, passes| PasswordCost { memory_kib, passes, lanes: 1 };
        for (old, new) in [
            (cost(64, 1), cost(64, 3)),
            (cost(64, 1), cost(100, 1)),
            (cost(19_456, 2), cost(65_536, 3)),
            (cost(100, 3), cost(64, 5)),
            (cost(64, 2), cost(64, 2)),
            (cost(64, 4), cost(64, 2)),
        ] {
            let made_up: u64 = new.making_up(old).map(PasswordCost::work).sum();

            let missing = new.work().saturating_sub(old.work());
            assert!(missing - made_up < u64::from(Params::MIN_M_COST), "{old:?} {new:?}");
            assert!(new.making_up(old).all(|part| part.memory_kib <= new.memory_kib));
        }
        let hash = cost(64, 1).hash("p", &SystemRandom).unwrap();
        assert!(!cost(100, 3).verify("wrong", Some(&hash)).unwrap());
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        let cost = PasswordCost { memory_kib: 64, passes: 1, lanes: 1 };

        assert_ne!(cost.hash("p", &SystemRandom).unwrap(), cost.hash("p", &SystemRandom).unwrap());
    }

    #[test]
    fn a_damaged_hash_is_an_internal_error() {
        let answer = PasswordCost::default().verify("p", Some("$argon2id$v=19$"));

        assert!(matches!(answer, Err(Error::Internal(_))));
    }
}
