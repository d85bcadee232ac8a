//! Puts CRLs into their buckets, and never an older one over a newer one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ledger::Versioned;
use x509::crl::{CRL_BEGINNING, extensions_of, number_among};

use super::refresh::server;
use super::{BucketError, CrlBytes, CrlPlace, Head, List, Location, SignedCrl};
use crate::commit::{Decisions, Settled};
use crate::lease::Lease;
use crate::{Error, Pki};

/// The numbers that lists have in buckets and not in the database: an older copy of it was put back.
/// Nothing below them is given to anybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overtaken(Arc<Mutex<BTreeMap<List, i64>>>);

impl Overtaken {
    fn note(&self, list: List, number: i64) {
        let mut numbers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = numbers.entry(list).or_insert(number);
        *noted = number.max(*noted);
    }

    /// Whether the list had a higher number than this before.
    fn is_above(&self, list: List, number: i64) -> bool {
        let numbers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        numbers.get(&list).is_some_and(|noted| *noted > number)
    }
}

/// What became of a CRL at one place.
enum Put {
    /// The bucket has it.
    There,
    /// The bucket has one with this number, which is higher.
    Above(i64),
}

impl Pki {
    /// Puts the last CRL made of a list into its bucket, and under every name that the list ever had
    /// in any; `None` where it is there already. A bucket that has a higher number keeps it, and a CRL
    /// above that number is due.
    ///
    /// # Errors
    ///
    /// `Internal` when a bucket refuses or has a number from the future; `Conflict` when the lease was
    /// lost.
    pub async fn publish_crl(&self, list: List, lease: &Lease) -> Result<Option<i64>, Error> {
        let mut decisions = Decisions::default();
        loop {
            let Some(head) = self.store.crl_head(list).await? else { return Ok(None) };
            let Some(latest) = head.value.latest.clone() else { return Ok(None) };
            if head.value.published == Some(latest.number) {
                return Ok(None);
            }
            let mut above = None;
            for place in self.store.crl_places(list.authority).await? {
                if let Put::Above(number) = self.put_crl(list, &place, &latest).await? {
                    above = above.max(Some(number));
                }
            }
            if let Some(number) = above {
                self.overtaken.note(list, number);
                if number >= self.clock.now().as_millis() {
                    let refusal = "the bucket has a CRL whose number is ahead of the clock";
                    return Err(Error::inconsistent(refusal));
                }
                self.make_due(&head).await?;
                return Ok(None);
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
    /// back: a list that a bucket has with a higher number gets a CRL above it, and until then nobody
    /// is given an older one. How many there were. For the start of a server, before it serves anybody.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails. A bucket that cannot be read now is told to the log: publishing
    /// compares again.
    pub async fn compare_buckets(&self) -> Result<u64, Error> {
        let mut found = 0;
        let mut after = None;
        loop {
            let places = self.store.crl_places_after(after.as_ref(), 100).await?;
            let Some(last) = places.last() else { return Ok(found) };
            after = Some(last.location.clone());
            for place in &places {
                for head in self.store.crl_heads(place.authority).await? {
                    found += u64::from(self.compare(place, &head).await?);
                }
            }
        }
    }

    /// Whether the bucket is ahead of the database.
    async fn compare(&self, place: &CrlPlace, head: &Versioned<Head>) -> Result<bool, Error> {
        let list = head.value.list;
        let object = place.location.object(list.shard);
        let there = match self.number_in_bucket(&place.location.bucket, &object).await {
            Ok(there) => there,
            Err(error) => {
                tracing::warn!(%error, object, "a published CRL cannot be compared");
                return Ok(false);
            }
        };
        let own = head.value.latest.as_ref().map_or(0, |latest| latest.number);
        match there.filter(|there| *there > own) {
            None => Ok(false),
            Some(number) => {
                tracing::warn!(%list, number, own, "a bucket has a newer CRL than the database");
                self.overtaken.note(list, number);
                self.make_due(head).await?;
                Ok(true)
            }
        }
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
        if self.overtaken.is_above(list, latest.number) {
            return Err(Error::Busy);
        }
        Ok(Some(self.bytes_of(latest)))
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
        let there = self.number_in_bucket(bucket, &object).await.map_err(Error::internal)?;
        match there {
            Some(there) if there > crl.number => return Ok(Put::Above(there)),
            Some(there) if there == crl.number => return Ok(Put::There),
            Some(_) | None => {}
        }
        let bytes = self.bytes_of(crl.clone());
        let put = self.buckets.put(bucket, &object, standing, bytes).await;
        put.map(|()| Put::There).map_err(Error::internal)
    }

    /// The number of the CRL that a bucket has; `None` where it has none.
    async fn number_in_bucket(
        &self,
        bucket: &str,
        object: &str,
    ) -> Result<Option<i64>, BucketError> {
        let Some(standing) = self.buckets.standing(bucket, object).await? else { return Ok(None) };
        let beginning = 0..standing.octets.min(CRL_BEGINNING);
        let beginning = self.buckets.read(bucket, object, beginning).await?;
        let Ok(place) = extensions_of(&beginning) else { return Ok(None) };
        let place = place.start.min(standing.octets)..place.end.min(standing.octets);
        let extensions = self.buckets.read(bucket, object, place).await?;
        let number = number_among(&extensions).ok().and_then(|number| number.to_u64());
        Ok(number.and_then(|number| i64::try_from(number).ok()))
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
