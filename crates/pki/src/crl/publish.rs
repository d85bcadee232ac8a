//! Puts CRLs into their buckets, and never an older one over a newer one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ledger::Versioned;
use x509::crl::{CRL_BEGINNING, extensions_of, number_among};

use super::refresh::server;
use super::{BucketError, CrlBytes, CrlPlace, Head, List, Location, SignedCrl};
use crate::commit::{Decisions, Settled};
use crate::lease::Lease;
use crate::{Error, Pki};

/// So far ahead of the clock no number in a bucket is believed to be from here.
const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The numbers that lists have in buckets and not in the database: an older copy of it was put back.
/// Nothing below them is given to anybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overtaken(Arc<Mutex<BTreeMap<List, i64>>>);

impl Overtaken {
    /// Notes a number that a bucket has: a higher one than the database, or the same on another CRL.
    fn note(&self, list: List, number: i64) {
        let mut numbers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = numbers.entry(list).or_insert(number);
        *noted = number.max(*noted);
    }

    /// The highest number that a bucket was found to have; the next one is above it.
    pub(super) fn highest(&self, list: List) -> Option<i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&list).copied()
    }
}

/// What became of a CRL at one place.
enum Put {
    /// The bucket has it.
    There,
    /// The bucket has another one with this number, which is not lower.
    Above(i64),
}

/// How a bucket stands to the database.
enum Compared {
    /// It has a CRL that the database does not know.
    Ahead,
    /// It has none that is newer.
    Behind,
    /// It does not say.
    Unread,
}

/// What a bucket has, beside the last CRL made.
enum There {
    /// No CRL.
    Nothing,
    /// Another one, with this number.
    Other(i64),
    /// That one.
    TheSame,
}

impl Pki {
    /// Puts the last CRL made of a list into its bucket, and under every name that the list ever had
    /// in any; `None` where it is there already. All that do not refuse get it. A bucket that has a
    /// higher number keeps it, or another CRL with the same one, and a CRL above that number is due.
    ///
    /// # Errors
    ///
    /// `Internal` when a bucket refuses or has a number that is not from here; `Conflict` when the lease
    /// was lost.
    pub async fn publish_crl(&self, list: List, lease: &Lease) -> Result<Option<i64>, Error> {
        let mut decisions = Decisions::default();
        loop {
            let Some(head) = self.store.crl_head(list).await? else { return Ok(None) };
            let Some(latest) = head.value.latest.clone() else { return Ok(None) };
            if head.value.published == Some(latest.number) {
                return Ok(None);
            }
            let (mut above, mut refused) = (None, None);
            for place in self.store.crl_places(list.authority).await? {
                match self.put_crl(list, &place, &latest).await {
                    Ok(Put::There) => {}
                    Ok(Put::Above(number)) => above = above.max(Some(number)),
                    // What lies elsewhere does not wait for a bucket that is away.
                    Err(error) => refused = refused.or(Some(error)),
                }
            }
            if let Some(number) = above {
                if !self.is_believed(number) {
                    let refusal = "the bucket has a CRL whose number is years ahead of the clock: \
                                   remove it if it is not this service's";
                    return Err(Error::inconsistent(refusal));
                }
                self.overtaken.note(list, number);
                self.make_due(&head).await?;
                return Ok(None);
            }
            if let Some(error) = refused {
                return Err(error);
            }
            let Some(crl) = self.store.crl_of_any(list.authority).await? else { return Ok(None) };
            let author = server(&crl.value);
            let mut event = author.event(self.clock.now(), "publish_crl", list);
            event.detail = Some(format!("number {}", latest.number));
            let published = Head { published: Some(latest.number), ..head.value };
            let changes = self.changes(&author, event).replace(published, head.version);
            if self.settle(lease.expected_by(changes), &mut decisions).await? == Settled::Done {
                return Ok(Some(latest.number));
            }
        }
    }

    /// Compares the buckets with the database, where an older copy of the database may have been put
    /// back: a list that a bucket has with a higher number, or with the same one on another CRL, gets one
    /// above it, and until then nobody is given an older one. How many there were. For the start of a
    /// server, before it serves anybody: a bucket that does not answer is asked once.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails. A bucket that cannot be read now is told to the log: publishing
    /// compares again.
    pub async fn compare_buckets(&self) -> Result<u64, Error> {
        let mut found = 0;
        let mut silent = BTreeSet::new();
        let mut after = None;
        loop {
            let places = self.store.crl_places_after(after.as_ref(), 100).await?;
            let Some(last) = places.last() else { return Ok(found) };
            after = Some(last.location.clone());
            for place in &places {
                for head in self.store.crl_heads(place.authority).await? {
                    if silent.contains(&place.location.bucket) {
                        break;
                    }
                    match self.compare(place, &head).await? {
                        Compared::Ahead => found += 1,
                        Compared::Behind => {}
                        Compared::Unread => {
                            silent.insert(place.location.bucket.clone());
                        }
                    }
                }
            }
        }
    }

    async fn compare(&self, place: &CrlPlace, head: &Versioned<Head>) -> Result<Compared, Error> {
        let list = head.value.list;
        let object = place.location.object(list.shard);
        let latest = head.value.latest.as_ref();
        let there = match self.found_in_bucket(&place.location.bucket, &object, latest).await {
            Ok(there) => there,
            Err(error) => {
                tracing::warn!(%error, object, "the CRLs of a bucket cannot be compared");
                return Ok(Compared::Unread);
            }
        };
        let own = latest.map_or(0, |latest| latest.number);
        match there {
            There::Other(number) if number >= own => {
                tracing::warn!(%list, number, own, "a bucket has a newer CRL than the database");
                if !self.is_believed(number) {
                    return Ok(Compared::Behind);
                }
                self.overtaken.note(list, number);
                self.make_due(head).await?;
                Ok(Compared::Ahead)
            }
            There::Nothing | There::Other(_) | There::TheSame => Ok(Compared::Behind),
        }
    }

    /// Whether a number may have been given here: by a clock that was set back since, but not by years.
    fn is_believed(&self, number: i64) -> bool {
        number < (self.clock.now() + YEAR).as_millis()
    }

    /// What is served under a name that an authority has or had; `None` where nobody has.
    ///
    /// # Errors
    ///
    /// `Busy` while there is none to serve yet.
    pub async fn crl_at(
        &self,
        location: &Location,
        shard: Option<u32>,
    ) -> Result<Option<CrlBytes>, Error> {
        let Some(place) = self.store.crl_place(location).await? else { return Ok(None) };
        let list = List { authority: place.authority, shard };
        let head = self.store.crl_head(list).await?;
        if head.is_none() && shard.is_some() {
            return Ok(None);
        }
        let latest = head.and_then(|head| head.value.latest).ok_or(Error::Busy)?;
        match self.overtaken.highest(list) {
            Some(highest) if highest >= latest.number => Err(Error::Busy),
            Some(_) | None => Ok(Some(self.bytes_of(latest))),
        }
    }

    async fn put_crl(&self, list: List, place: &CrlPlace, crl: &SignedCrl) -> Result<Put, Error> {
        let (bucket, object) = (&place.location.bucket, place.location.object(list.shard));
        let standing = match self.buckets.standing(bucket, &object).await {
            Err(BucketError::Unknown(bucket)) => {
                tracing::warn!(bucket, object, "certificates name a bucket that is not configured");
                return Ok(Put::There);
            }
            standing => standing.map_err(Error::internal)?,
        };
        // What is no CRL is replaced.
        match self.found_in_bucket(bucket, &object, Some(crl)).await.map_err(Error::internal)? {
            There::Other(number) if number >= crl.number => return Ok(Put::Above(number)),
            There::TheSame => return Ok(Put::There),
            There::Other(_) | There::Nothing => {}
        }
        let bytes = self.bytes_of(crl.clone());
        let put = self.buckets.put(bucket, &object, standing, bytes).await;
        put.map(|()| Put::There).map_err(Error::internal)
    }

    /// Which CRL a bucket has under a name, beside the last one made.
    async fn found_in_bucket(
        &self,
        bucket: &str,
        object: &str,
        latest: Option<&SignedCrl>,
    ) -> Result<There, BucketError> {
        let Some(standing) = self.buckets.standing(bucket, object).await? else {
            return Ok(There::Nothing);
        };
        let beginning = 0..standing.octets.min(CRL_BEGINNING);
        let beginning = self.buckets.read(bucket, object, beginning).await?;
        let Ok(place) = extensions_of(&beginning) else { return Ok(There::Nothing) };
        let place = place.start.min(standing.octets)..place.end.min(standing.octets);
        let extensions = self.buckets.read(bucket, object, place).await?;
        let number = number_among(&extensions).ok().and_then(|number| number.to_u64());
        let Some(number) = number.and_then(|number| i64::try_from(number).ok()) else {
            return Ok(There::Nothing);
        };
        let Some(latest) = latest.filter(|latest| latest.number == number) else {
            return Ok(There::Other(number));
        };
        // The signature is of all that is before it.
        let own = self.bytes_of(latest.clone()).end().await;
        let own = own.map_err(|error| BucketError::Content(error.into()))?;
        let start = standing.octets.saturating_sub(own.len() as u64);
        let end = self.buckets.read(bucket, object, start..standing.octets).await?;
        let same = standing.octets == latest.octets && end == own;
        Ok(if same { There::TheSame } else { There::Other(number) })
    }

    /// Lets the next CRL of a list be made.
    async fn make_due(&self, head: &Versioned<Head>) -> Result<(), Error> {
        let list = head.value.list;
        let mut decisions = Decisions::default();
        loop {
            let Some(crl) = self.store.crl_of_any(list.authority).await? else { return Ok(()) };
            let author = server(&crl.value);
            let mut event = author.event(self.clock.now(), "renew_crl", list);
            event.detail = Some("its bucket has a newer one than the database".to_owned());
            let changes = self.changes(&author, event).add(list.unpublished(), 1, None);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}
