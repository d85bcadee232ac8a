//! Identifiers: a type for each kind of thing, all sorting by the time they were made.

use std::fmt;
use std::str::FromStr;

use crate::{Clock, Random};

/// Why a text is not an identifier of the wanted kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not an identifier of this kind")]
pub struct IdError;

/// A version 7 UUID (RFC 9562 §5.7): 48 bits of milliseconds, then 74 random bits.
fn time_ordered(clock: &dyn Clock, random: &dyn Random) -> uuid::Uuid {
    let milliseconds = u64::try_from(clock.now().as_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &random.bytes::<10>()).into_uuid()
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident: $form:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Makes a new identifier: unique, sorting by time, not guessable.
            pub fn generate(clock: &dyn Clock, random: &dyn Random) -> Self {
                Self(time_ordered(clock, random))
            }

            /// The identifier's sixteen octets.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&identifiers!(@form $form, self.0), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            /// Accepts exactly the form that is shown: lower-case, with or without dashes as the
            /// kind has it.
            fn from_str(text: &str) -> Result<Self, IdError> {
                let id = Self(uuid::Uuid::try_parse(text).map_err(|_| IdError)?);
                if id.to_string() == text { Ok(id) } else { Err(IdError) }
            }
        }
    )*};
    (@form dashed, $uuid:expr) => { $uuid.hyphenated() };
    (@form plain, $uuid:expr) => { $uuid.simple() };
}

identifiers! {
    /// An account ("domain" in the words of the identity API): 32 lower-case hex digits.
    AccountId: plain;
    /// A certificate authority: 36 characters of lower-case UUID text.
    CaId: dashed;
    /// A certificate that an authority issued: 36 characters of lower-case UUID text.
    CertificateId: dashed;
    /// A change set; also the key of its audit events.
    ChangeId: dashed;
    /// An account's leave for the service to use its buckets: 32 lower-case hex digits.
    AgencyId: plain;
    /// The bytes of a CRL that was made.
    CrlBodyId: dashed;
    /// A certification request in the SSL certificate API: 32 lower-case hex digits.
    CsrId: plain;
    /// A group of users of an account: 32 lower-case hex digits.
    GroupId: plain;
    /// A private key's record.
    KeyId: dashed;
    /// A policy, of an account or of the system: 32 lower-case hex digits.
    PolicyId: plain;
    /// A project of an account: 32 lower-case hex digits.
    ProjectId: plain;
    /// One request to the server: 32 lower-case hex digits.
    RequestId: plain;
    /// A user of an account: 32 lower-case hex digits.
    UserId: plain;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::system::SystemRandom;

    struct At(i64);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0)
        }
    }

    #[test]
    fn each_kind_keeps_its_written_form() {
        let ca = CaId::generate(&At(1_700_000_000_000), &SystemRandom).to_string();
        let csr = CsrId::generate(&At(1_700_000_000_000), &SystemRandom).to_string();

        assert_eq!(ca.len(), 36);
        assert_eq!(csr.len(), 32);
        assert_eq!(ca.parse::<CaId>().map(|id| id.to_string()), Ok(ca));
        assert_eq!(csr.parse::<CsrId>().map(|id| id.to_string()), Ok(csr));
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "4C0E772E-A30C-4029-B929-B7ACB04143F7",
            "4c0e772ea30c4029b929b7acb04143f7",
            "{4c0e772e-a30c-4029-b929-b7acb04143f7}",
            "4c0e772e-a30c-4029-b929-b7acb04143f",
        ] {
            assert_eq!(text.parse::<CaId>(), Err(IdError), "{text}");
        }
    }

    #[test]
    fn later_ones_sort_after_earlier_ones() {
        let earlier = CsrId::generate(&At(1_700_000_000_000), &SystemRandom);
        let later = CsrId::generate(&At(1_700_000_000_001), &SystemRandom);

        assert!(earlier < later);
        assert!(earlier.to_string() < later.to_string());
    }
}
