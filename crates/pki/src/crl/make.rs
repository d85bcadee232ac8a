//! Makes a CRL (RFC 5280 §5): its entries stream from the store into a digest and into chunks.

use std::time::Duration;

use ledger::{CrlBodyId, Timestamp};
use x509::extension::IssuingDistributionPoint;
use x509::key::MessageDigest;
use x509::{
    Certificate, CrlNumber, GeneralName, HashAlgorithm, KeyUsage, RevocationListFields,
    SignatureAlgorithm, UnixTime, der, signed,
};

use super::{Finality, List, Past, SignedCrl, Tally};
use crate::authority::{Authority, Issued};
use crate::{Error, Pki};

/// How many octets a chunk has.
const CHUNK: usize = 256 * 1024;
/// How many chunks are written in one commit: so many that it takes milliseconds.
const CHUNKS: usize = 4;

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The CRL that is to be made.
pub(super) struct Order<'a> {
    /// By whom.
    pub(super) authority: &'a Authority,
    /// Which one of its lists.
    pub(super) list: List,
    /// The names of its issuingDistributionPoint.
    pub(super) names: &'a [String],
    /// The last one made.
    pub(super) previous: Option<&'a SignedCrl>,
    /// Whether relying parties can have had that one.
    pub(super) reach: Reached,
    /// For how many days it is good.
    pub(super) valid_days: u32,
    /// Whether another one follows.
    pub(super) finality: Finality,
}

/// Whether a CRL that was made is where relying parties fetch it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reached {
    /// Nobody is sure to have had it.
    Nobody,
    /// Whoever asked for it.
    Everybody,
}

/// A CRL whose bytes are kept, and that is true once its head is committed.
pub(super) struct Made {
    pub(super) crl: SignedCrl,
    /// What it was made of.
    pub(super) tally: Tally,
}

impl Pki {
    /// Makes a CRL of what is revoked at `now`.
    ///
    /// # Errors
    ///
    /// `IssuerRefuses` when the authority's certificate does not let it sign CRLs.
    pub(super) async fn make_crl(&self, order: Order<'_>, now: Timestamp) -> Result<Made, Error> {
        let authority = order.authority;
        let issued =
            authority.issued().ok_or_else(|| Error::inconsistent("a CRL without an issuer"))?;
        check_signer(issued)?;
        let told = order.previous.map(|previous| previous.this_update);
        let mut snapshot =
            self.store.told_by(order.list, past(order.previous, order.reach, now)).await?;
        let tally = snapshot.tally();
        let this_update = this_update(tally.latest, told, now);
        let next_update = match order.finality {
            // Nobody signs the next one after that.
            Finality::More => (this_update + DAY * order.valid_days).min(issued.not_after),
            Finality::Last => self.store.last_end(authority.id).await?.unwrap_or(issued.not_after),
        };
        let next_update = next_update.max(this_update + SECOND);
        let number = number(order.previous, self.overtaken.highest(order.list), now);
        let fields = RevocationListFields {
            issuer: issued.subject.clone(),
            this_update: unix(this_update),
            next_update: unix(next_update),
            authority_key_identifier: issued.key_identifier.clone(),
            number: CrlNumber::from(u64::try_from(number).map_err(Error::internal)?),
            distribution_point: point(order.names),
        };
        let key = self.authority_key(authority).await?.value;
        let algorithm = algorithm(&key, issued)?;
        let mut body = Body::new(self, MessageDigest::new(algorithm, &key.public_key));
        body.signed(&fields.head(algorithm, &tally.sizes)).await?;
        loop {
            let entries = snapshot.next().await?;
            if entries.is_empty() {
                break;
            }
            let mut writer = der::Writer::with_capacity(entries.len() * 64);
            entries.iter().for_each(|entry| entry.write(&mut writer));
            body.signed(&writer.into_bytes()).await?;
        }
        drop(snapshot);
        body.signed(&fields.tail()).await?;
        let digest = body.digest.take().map(MessageDigest::finish).unwrap_or_default();
        let signature = self.keys.sign_digest(&key, algorithm, &digest).await?;
        // A fault in the key store must not become a CRL that somebody gets.
        key.public_key.verify_digest(algorithm, &digest, &signature).map_err(Error::internal)?;
        let (before, after) = signed::around(body.octets, algorithm, &signature);
        let (octets, chunks) = body.finish(before, &after).await?;
        let finality = order.finality;
        let id = body.id;
        let crl = SignedCrl {
            number,
            this_update,
            next_update,
            through: tally.through,
            finality,
            body: id,
            octets,
            chunks,
        };
        Ok(Made { crl, tally })
    }
}

/// The bytes of a CRL while they come. The first chunk holds what stands before the signed octets, and
/// is written last: how long it is depends on the signature.
struct Body<'a> {
    pki: &'a Pki,
    id: CrlBodyId,
    digest: Option<MessageDigest>,
    /// What waits to be a chunk.
    waiting: Vec<u8>,
    /// Chunks that wait to be written.
    full: Vec<Vec<u8>>,
    /// The number of the first one of them.
    next: u32,
    octets: u64,
}

impl<'a> Body<'a> {
    fn new(pki: &'a Pki, digest: MessageDigest) -> Self {
        let id = CrlBodyId::generate(&*pki.clock, &*pki.random);
        let waiting = Vec::with_capacity(CHUNK);
        Self { pki, id, digest: Some(digest), waiting, full: Vec::new(), next: 1, octets: 0 }
    }

    /// The next octets of what is signed.
    async fn signed(&mut self, octets: &[u8]) -> Result<(), Error> {
        if let Some(digest) = &mut self.digest {
            digest.update(octets);
        }
        self.write(octets).await
    }

    async fn write(&mut self, mut octets: &[u8]) -> Result<(), Error> {
        self.octets = self.octets.saturating_add(octets.len() as u64);
        while self.waiting.len() + octets.len() >= CHUNK {
            let (now, later) = octets.split_at(CHUNK - self.waiting.len());
            self.waiting.extend_from_slice(now);
            octets = later;
            let full = std::mem::replace(&mut self.waiting, Vec::with_capacity(CHUNK));
            self.full.push(full);
            if self.full.len() >= CHUNKS {
                self.put().await?;
            }
        }
        self.waiting.extend_from_slice(octets);
        Ok(())
    }

    async fn put(&mut self) -> Result<(), Error> {
        let chunks = std::mem::take(&mut self.full);
        let count = u32::try_from(chunks.len()).map_err(Error::internal)?;
        let at = self.pki.clock.now();
        self.pki.store.put_crl_chunks(self.id, self.next, chunks, at).await?;
        self.next = self.next.saturating_add(count);
        Ok(())
    }

    /// Writes what stands around the signed octets; how many octets and chunks there are.
    async fn finish(&mut self, before: Vec<u8>, after: &[u8]) -> Result<(u64, u32), Error> {
        self.write(after).await?;
        let rest = std::mem::take(&mut self.waiting);
        if !rest.is_empty() {
            self.full.push(rest);
        }
        self.put().await?;
        let octets = self.octets.saturating_add(before.len() as u64);
        let at = self.pki.clock.now();
        self.pki.store.put_crl_chunks(self.id, 0, vec![before], at).await?;
        Ok((octets, self.next))
    }
}

/// What need not be told any more after the previous CRL.
///
/// An entry leaves only after it was on a CRL whose thisUpdate is past its certificate's end
/// (RFC 5280 §3.3). Which entries were on which CRL need not be kept: the previous one told whatever was
/// recorded when it was made, which has no greater place than its last one, unless it left it out by this
/// very rule. So an entry up to that place was told by the previous one, or by one before; and where the
/// end is before the thisUpdate of the previous one, that is such a CRL. The places are in the order of
/// the commits, so no clock and no delay matters. A thisUpdate that a clock has put into the future does
/// not count: by the clock of now the certificate may still be valid. After one that has not come to
/// its bucket everything is told again: nobody may have had it.
fn past(previous: Option<&SignedCrl>, reach: Reached, now: Timestamp) -> Past {
    match (previous, reach) {
        (Some(previous), Reached::Everybody) => {
            let ended_before = previous.this_update.min(now);
            Past { through: previous.through, ended_before }
        }
        (Some(_), Reached::Nobody) | (None, _) => Past::default(),
    }
}

/// The number after that of `previous` and after the highest one that a bucket was found to have: with
/// the clock's milliseconds as its floor it stays above all earlier ones also when an older backup is
/// restored.
fn number(previous: Option<&SignedCrl>, found: Option<i64>, now: Timestamp) -> i64 {
    let last = previous.map(|previous| previous.number).max(found).unwrap_or(0);
    last.saturating_add(1).max(now.as_millis())
}

/// The second before `now`, so that nobody takes the CRL for one of the future; never before an
/// earlier one or before a revocation that it tells.
fn this_update(latest: Option<Timestamp>, told: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let before = now.floor_to_second() - SECOND;
    latest.into_iter().chain(told).fold(before, Timestamp::max)
}

/// Refuses an authority whose certificate does not let it sign CRLs (RFC 5280 §4.2.1.3).
pub(crate) fn check_signer(issued: &Issued) -> Result<(), Error> {
    let certificate = Certificate::from_der(&issued.certificate).map_err(Error::internal)?;
    if certificate.key_usage().is_none_or(|usage| usage.contains(KeyUsage::CRL_SIGN)) {
        return Ok(());
    }
    let refusal = "the keyUsage of its certificate lacks cRLSign, so that nobody would accept \
                   its CRLs";
    Err(Error::IssuerRefuses(refusal.to_owned()))
}

/// That of the authority's own certificate where its key can sign so; an imported one was signed by
/// another kind of key.
fn algorithm(key: &crate::KeyRecord, issued: &Issued) -> Result<SignatureAlgorithm, Error> {
    SignatureAlgorithm::for_key(key.algorithm, issued.hash)
        .or_else(|_| SignatureAlgorithm::for_key(key.algorithm, HashAlgorithm::Sha256))
        .or_else(|_| SignatureAlgorithm::for_key(key.algorithm, HashAlgorithm::Sm3))
        .map_err(Error::internal)
}

fn point(names: &[String]) -> Option<IssuingDistributionPoint> {
    if names.is_empty() {
        return None;
    }
    let full_names = names.iter().map(|name| GeneralName::Uri(name.clone())).collect();
    Some(IssuingDistributionPoint { full_names })
}

fn unix(at: Timestamp) -> UnixTime {
    UnixTime(at.as_seconds())
}

#[cfg(test)]
mod tests {
    use ledger::system::{SystemClock, SystemRandom};

    use super::*;

    fn seconds(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn made(number: i64) -> SignedCrl {
        SignedCrl {
            number,
            this_update: seconds(0),
            next_update: seconds(1),
            through: 7,
            finality: Finality::More,
            body: CrlBodyId::generate(&SystemClock, &SystemRandom),
            octets: 0,
            chunks: 0,
        }
    }

    #[test]
    fn a_number_is_above_the_last_one_and_not_below_the_clock() {
        let now = Timestamp::from_millis(1_000_500);
        for (last, found, next) in [
            (None, None, 1_000_500),
            (Some(5), None, 1_000_500),
            (Some(1_000_499), Some(7), 1_000_500),
            (Some(1_000_500), None, 1_000_501),
            (Some(9_000_000), Some(8_000_000), 9_000_001),
            (Some(8_000_000), Some(9_000_000), 9_000_001),
        ] {
            assert_eq!(number(last.map(made).as_ref(), found, now), next, "{last:?} {found:?}");
        }
    }

    #[test]
    fn this_update_is_the_second_before_and_never_goes_back() {
        let now = Timestamp::from_millis(100_900);
        for (revoked, told, expected) in [
            (None, None, 99),
            (Some(40), Some(50), 99),
            (Some(100), None, 100),
            (None, Some(200), 200),
        ] {
            let found = this_update(revoked.map(seconds), told.map(seconds), now);
            assert_eq!(found, seconds(expected));
        }
    }

    #[test]
    fn what_ended_before_the_last_list_and_the_clock_and_was_recorded_then_is_past() {
        let everybody = Reached::Everybody;
        assert_eq!(past(None, everybody, seconds(30)), Past::default());
        for (told, now, ended_before) in [
            (20, 30, 20),
            // The clock was set back.
            (90, 30, 30),
        ] {
            let previous = SignedCrl { this_update: seconds(told), ..made(1) };
            let expected = Past { through: 7, ended_before: seconds(ended_before) };
            assert_eq!(past(Some(&previous), everybody, seconds(now)), expected, "{told}");
            assert_eq!(past(Some(&previous), Reached::Nobody, seconds(now)), Past::default());
        }
    }
}
