//! Who signs the OCSP answers of an authority.

use std::time::Duration;

use ledger::{AccountId, CaId, KeyId, RowId, Table, Timestamp};
use x509::SerialNumber;

use crate::validity::Window;

/// How long the certificate of a responder is valid at most.
const LASTS: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// How far its notBefore is set back, for clocks that run late.
const BACKDATING: Duration = Duration::from_secs(60);

/// The responder of an authority: a key of its own, certified by the authority for this alone
/// (RFC 6960 §4.2.2.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Responder {
    /// For whom it answers.
    pub authority: CaId,
    /// The authority's account.
    pub account: AccountId,
    /// Its key.
    pub key: KeyId,
    /// The serial number of its certificate.
    pub serial: SerialNumber,
    /// The end of its certificate's validity.
    pub not_after: Timestamp,
    /// From when on another one should take its place.
    pub renew_at: Timestamp,
    /// Its certificate, DER.
    pub certificate: Vec<u8>,
}

impl Responder {
    /// The row of the responder of an authority.
    pub fn row_of(authority: CaId) -> RowId {
        RowId::new(Table::Responders, authority)
    }

    /// The row of this responder.
    pub fn row(&self) -> RowId {
        Self::row_of(self.authority)
    }
}

/// From when to when the certificate of a responder is valid that is made at `now` by an issuer that
/// is valid in `issuer`.
pub(super) fn window(now: Timestamp, issuer: Window) -> Window {
    let now = now.floor_to_second();
    Window {
        not_before: (now - BACKDATING).max(issuer.not_before),
        not_after: (now + LASTS).min(issuer.not_after),
    }
}

/// When the responder's certificate is to be renewed that is valid in `own`, made at `now` by an
/// issuer that is valid in `issuer`: half-way. One that lasts as long as its issuer has no successor;
/// what is left of it is removed at its end.
pub(super) fn renewal(now: Timestamp, own: Window, issuer: Window) -> Timestamp {
    if own.not_after == issuer.not_after {
        own.not_after
    } else {
        now + own.not_after.since(now) / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_250);
    const DAY: Duration = Duration::from_secs(86_400);

    fn issuer(before: Duration, after: Duration) -> Window {
        let now = NOW.floor_to_second();
        Window { not_before: now - before, not_after: now + after }
    }

    #[test]
    fn it_lasts_for_fourteen_days_and_is_renewed_half_way() {
        let issuer = issuer(DAY, DAY * 365);

        let own = window(NOW, issuer);

        assert_eq!(own.not_after, NOW.floor_to_second() + DAY * 14);
        assert_eq!(own.not_before, NOW.floor_to_second() - BACKDATING);
        let renewal = renewal(NOW, own, issuer);
        assert!(NOW.apart(renewal) > DAY * 6 && NOW.apart(renewal) <= DAY * 7);
    }

    #[test]
    fn it_stays_within_its_issuers_validity_and_has_no_successor_at_the_end_of_it() {
        let issuer = issuer(Duration::from_secs(1), DAY * 14);

        let own = window(NOW, issuer);

        assert_eq!(own, issuer);
        assert_eq!(renewal(NOW, own, issuer), issuer.not_after);
    }
}
