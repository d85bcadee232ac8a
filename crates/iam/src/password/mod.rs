//! Passwords: Argon2id hashes as PHC strings.

mod gate;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use ledger::Random;

use crate::Error;

pub(crate) use gate::PasswordGate;

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
    fn hasher(self) -> Result<Argon2<'static>, Error> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None);
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params.map_err(Error::internal)?))
    }

    /// The PHC string of `password`. Takes some 20 ms of a processor.
    pub(crate) fn hash(self, password: &str, random: &dyn Random) -> Result<String, Error> {
        let salt = random.bytes::<16>();
        let hash = self.hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
        Ok(hash.map_err(Error::internal)?.to_string())
    }

    /// Whether `password` is that of the PHC string `hash`. Without one it is compared with a hash
    /// that no password has, so that the time does not tell whether there is one.
    pub(crate) fn verify(self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        let hash = hash.map_or_else(|| self.unmatched(), str::to_owned);
        let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
        match self.hasher()?.verify_password(password.as_bytes(), &hash) {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(Error::internal(error)),
        }
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
