//! Makes the complete CRL of an authority (RFC 5280 §5).

use std::collections::HashSet;
use std::time::Duration;

use ledger::{CaId, Timestamp};
use x509::{
    Certificate, CrlNumber, HashAlgorithm, KeyUsage, ReasonCode, RevocationList,
    RevocationListFields, RevokedCertificate, SerialNumber, SignatureAlgorithm, UnixTime, signed,
};

use super::{CrlConfiguration, SignedCrl};
use crate::authority::{Authority, Issued};
use crate::{Error, Pki, Revocation};

/// How many revocations are read at a time.
const BATCH: u32 = 1000;

/// How long the last CRL is handed out again while nothing was revoked: whoever asks twice gets
/// the same bytes, and whoever asks later one that is good for its whole time.
const KEPT: Duration = Duration::from_secs(60 * 60);

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The CRL that an authority has at a time.
pub(crate) enum Current {
    /// The last one made is still good.
    Kept(SignedCrl),
    /// This one takes its place, once it is recorded.
    New(SignedCrl),
}

impl Pki {
    /// The complete CRL of `authority` at `now`: the last one, or a new one signed by its key.
    ///
    /// # Errors
    ///
    /// `IssuerRefuses` when the authority's certificate does not let it sign CRLs.
    pub(crate) async fn current_crl(
        &self,
        authority: &Authority,
        configuration: &CrlConfiguration,
        latest: Option<SignedCrl>,
        now: Timestamp,
    ) -> Result<Current, Error> {
        let issued =
            authority.issued().ok_or_else(|| Error::inconsistent("a CRL without an issuer"))?;
        let told = latest.as_ref().map(|latest| latest.this_update);
        let listed = latest.as_ref().map_or(Ok(HashSet::new()), listed)?;
        let revocations = self.told_revocations(authority.id, told, &listed).await?;
        if let Some(latest) = latest.as_ref()
            && now.apart(latest.this_update) < KEPT
            && revocations.iter().all(|revocation| listed.contains(&revocation.serial))
        {
            return Ok(Current::Kept(latest.clone()));
        }
        check_signer(issued)?;
        let this_update = this_update(&revocations, told, now);
        let lasts = DAY * configuration.valid_days;
        let crl = SignedCrl {
            number: number(latest.as_ref(), now),
            this_update,
            // Nobody signs the next one after that.
            next_update: (this_update + lasts).min(issued.not_after).max(this_update + SECOND),
            der: Vec::new(),
        };
        let der = self.signed_crl(authority, issued, &crl, &revocations).await?;
        Ok(Current::New(SignedCrl { der, ..crl }))
    }

    /// What `issuer` revoked and its next CRL has to tell, after one of `told` with the entries
    /// `listed`. An entry leaves only after it has been on a CRL whose thisUpdate is past the
    /// certificate's notAfter (RFC 5280 §3.3).
    async fn told_revocations(
        &self,
        issuer: CaId,
        told: Option<Timestamp>,
        listed: &HashSet<SerialNumber>,
    ) -> Result<Vec<Revocation>, Error> {
        let mut all: Vec<Revocation> = Vec::new();
        loop {
            let after = all.last().map(|last| &last.serial);
            let batch = self.store.revocations(issuer, after, BATCH).await?;
            if batch.is_empty() {
                break;
            }
            all.extend(batch);
        }
        all.retain(|revocation| {
            let past = told.is_some_and(|told| revocation.not_after < told);
            !(past && listed.contains(&revocation.serial))
        });
        Ok(all)
    }

    async fn signed_crl(
        &self,
        authority: &Authority,
        issued: &Issued,
        crl: &SignedCrl,
        revocations: &[Revocation],
    ) -> Result<Vec<u8>, Error> {
        let key = self.authority_key(authority).await?.value;
        let algorithm = SignatureAlgorithm::for_key(key.algorithm, issued.hash)
            .or_else(|_| SignatureAlgorithm::for_key(key.algorithm, HashAlgorithm::Sha256))
            .or_else(|_| SignatureAlgorithm::for_key(key.algorithm, HashAlgorithm::Sm3))
            .map_err(Error::internal)?;
        let fields = RevocationListFields {
            issuer: issued.subject.clone(),
            this_update: unix(crl.this_update),
            next_update: unix(crl.next_update),
            authority_key_identifier: issued.key_identifier.clone(),
            number: CrlNumber::from(u64::try_from(crl.number).map_err(Error::internal)?),
            revoked: revocations.iter().map(entry).collect(),
        };
        let to_be_signed = fields.to_be_signed(algorithm);
        let signature = self.keys.sign(&key, algorithm, &to_be_signed).await?;
        let der = signed::assemble(&to_be_signed, algorithm, &signature);
        // A fault in the key store must not become a CRL that somebody stores.
        let read = RevocationList::from_der(&der).map_err(Error::internal)?;
        read.verify_signed_by(&key.public_key).map_err(Error::internal)?;
        Ok(der)
    }
}

/// What a CRL lists. What it lacks cannot be told by the times: a revocation may become durable
/// after the CRL was made and yet be dated before it, also by a clock that was set back.
fn listed(crl: &SignedCrl) -> Result<HashSet<SerialNumber>, Error> {
    let read = RevocationList::from_der(&crl.der).map_err(Error::internal)?;
    Ok(read.revoked().iter().map(|entry| entry.serial.clone()).collect())
}

/// Refuses an authority whose certificate does not let it sign CRLs (RFC 5280 §4.2.1.3).
fn check_signer(issued: &Issued) -> Result<(), Error> {
    let certificate = Certificate::from_der(&issued.certificate).map_err(Error::internal)?;
    if certificate.key_usage().is_none_or(|usage| usage.contains(KeyUsage::CRL_SIGN)) {
        return Ok(());
    }
    let refusal = "the keyUsage of its certificate lacks cRLSign, so that nobody would accept \
                   its CRLs";
    Err(Error::IssuerRefuses(refusal.to_owned()))
}

/// The number after that of `latest`: with the clock's milliseconds as its floor it stays above
/// all earlier ones also when an older backup is restored.
fn number(latest: Option<&SignedCrl>, now: Timestamp) -> i64 {
    let next = latest.map_or(1, |latest| latest.number.saturating_add(1));
    next.max(now.as_millis())
}

/// The second before `now`, so that nobody takes the CRL for one of the future; never before an
/// earlier one or before a revocation that it tells.
fn this_update(revocations: &[Revocation], told: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let before = now.floor_to_second() - SECOND;
    let revoked = revocations.iter().map(|revocation| revocation.revoked_at);
    revoked.chain(told).fold(before, Timestamp::max)
}

fn entry(revocation: &Revocation) -> RevokedCertificate {
    RevokedCertificate {
        serial: revocation.serial.clone(),
        revocation_date: unix(revocation.revoked_at),
        reason: ReasonCode::from_code(revocation.reason.code())
            .filter(|reason| *reason != ReasonCode::Unspecified),
    }
}

fn unix(at: Timestamp) -> UnixTime {
    UnixTime(at.as_seconds())
}

#[cfg(test)]
mod tests {
    use ledger::system::SystemRandom;
    use ledger::{AccountId, Clock, Random};

    use super::*;
    use crate::RevocationReason;

    struct At(Timestamp);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            self.0
        }
    }

    fn seconds(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn revocation(at: i64) -> Revocation {
        let random: &dyn Random = &SystemRandom;
        Revocation {
            account: AccountId::generate(&At(seconds(0)), &SystemRandom),
            issuer: CaId::generate(&At(seconds(0)), &SystemRandom),
            serial: SerialNumber::from_random(random.bytes()),
            revoked_at: seconds(at),
            reason: RevocationReason::Unspecified,
            not_after: seconds(1_000_000),
        }
    }

    fn made(number: i64) -> SignedCrl {
        let (this_update, next_update) = (seconds(0), seconds(1));
        SignedCrl { number, this_update, next_update, der: Vec::new() }
    }

    #[test]
    fn a_number_is_above_the_last_one_and_not_below_the_clock() {
        let now = Timestamp::from_millis(1_000_500);
        for (last, next) in [
            (None, 1_000_500),
            (Some(5), 1_000_500),
            (Some(1_000_499), 1_000_500),
            (Some(1_000_500), 1_000_501),
            (Some(9_000_000), 9_000_001),
        ] {
            assert_eq!(number(last.map(made).as_ref(), now), next, "{last:?}");
        }
    }

    #[test]
    fn this_update_is_the_second_before_and_never_goes_back() {
        let now = Timestamp::from_millis(100_900);
        for (revoked, told, expected) in [
            (vec![], None, 99),
            (vec![40], Some(50), 99),
            (vec![100], None, 100),
            (vec![], Some(200), 200),
        ] {
            let revocations: Vec<_> = revoked.into_iter().map(revocation).collect();
            let found = this_update(&revocations, told.map(seconds), now);
            assert_eq!(found, seconds(expected));
        }
    }
}
