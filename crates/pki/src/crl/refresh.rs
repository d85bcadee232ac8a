//! Makes the next CRL of a list when it is due, and the last ones of an authority that goes away.

use ledger::{Actor, Author, CaId, Changes, Origin, Timestamp, Versioned};

use super::make::{Made, Order, Reached};
use super::{Crl, CrlAddress, Finality, Head, List, SignedCrl, Work};
use crate::authority::{Authority, Phase};
use crate::commit::{Decisions, Settled};
use crate::lease::Lease;
use crate::{Error, Pki, Record};

/// How long bytes are kept that no head names any more: who was reading them finishes.
const READING: std::time::Duration = std::time::Duration::from_secs(3 * 60);

/// What there is of a list.
struct Found {
    list: List,
    crl: Versioned<Crl>,
    head: Option<Versioned<Head>>,
    authority: Versioned<Authority>,
}

/// A CRL that was made, before its head is committed.
pub(crate) struct NextCrl {
    found: Found,
    made: Made,
}

impl Pki {
    /// The lists on which something is due: a certificate was revoked, half of the last CRL's time is
    /// over, its authority has ended, it was never made, or it is not in its bucket yet. At most
    /// `limit`. For a job of the server.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn crls_due(&self, limit: u32) -> Result<Vec<(List, Work)>, Error> {
        Ok(self.store.crls_due(self.clock.now(), limit).await?)
    }

    /// Makes the next CRL of a list and commits its head; it is not in its bucket yet after that.
    /// `None` where none is to be made: the authority has none or is gone, has made its last one, or
    /// nothing that it issued is valid any more and its CRLs are switched off.
    ///
    /// # Errors
    ///
    /// `IssuerRefuses` when the authority's certificate does not let it sign CRLs; `Conflict` when the
    /// lease was lost.
    pub async fn refresh_crl(&self, list: List, lease: &Lease) -> Result<Option<SignedCrl>, Error> {
        let mut decisions = Decisions::default();
        loop {
            let Some(found) = self.found(list).await? else { return Ok(None) };
            let now = self.clock.now();
            let author = server(&found.crl.value);
            let mut event = author.event(now, "refresh_crl", list);
            let (changes, made) = match self.finality(&found, now).await? {
                Some(finality) => {
                    let made = self.make_crl(found.order(finality), now).await?;
                    let next = NextCrl { found, made };
                    event.detail = Some(format!(
                        "CRL number {} with {} entries",
                        next.number(),
                        next.made.tally.sizes.entries
                    ));
                    let (changes, crl) = next.committed_by(self.changes(&author, event));
                    (changes, Some(crl))
                }
                None => {
                    let waiting = self.store.count(&list.unpublished()).await?;
                    match found.resting(self.changes(&author, event), waiting) {
                        Some(changes) => (changes, None),
                        None => return Ok(None),
                    }
                }
            };
            let changes = lease.expected_by(changes);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                self.store.forget_crl_bodies(now - READING).await?;
                return Ok(made);
            }
        }
    }

    /// The last CRLs of an authority that is about to be destroyed, in the change set that does it.
    pub(crate) async fn with_last_crls(
        &self,
        mut changes: Changes<Record>,
        authority: &Versioned<Authority>,
    ) -> Result<Changes<Record>, Error> {
        let id = authority.value.id;
        if authority.value.issued().is_none() {
            return Ok(changes);
        }
        let Some(crl) = self.store.crl_of_any(id).await? else { return Ok(changes) };
        let mut lists: Vec<List> =
            self.store.crl_heads(id).await?.iter().map(|head| head.value.list).collect();
        if lists.is_empty() && is_in_bucket(&crl.value) {
            lists.push(List::complete(id));
        }
        for list in lists {
            let head = self.store.crl_head(list).await?;
            let found = Found { list, crl: crl.clone(), head, authority: authority.clone() };
            if found.has_ended() {
                continue;
            }
            let order = found.order(Finality::Last);
            match self.make_crl(order, self.clock.now()).await {
                Ok(made) => changes = found.head_by(changes, &made),
                // It never made one, and its key may go.
                Err(Error::IssuerRefuses(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(changes)
    }

    /// The change set that also forgets what a Workspace authority's CRLs are to be: nobody can ask
    /// for them any more.
    pub(crate) async fn without_crls(
        &self,
        mut changes: Changes<Record>,
        authority: CaId,
    ) -> Result<Changes<Record>, Error> {
        if let Some(crl) = self.store.crl_of_any(authority).await? {
            changes = changes.remove(crl.value.row(), crl.version);
        }
        for head in self.store.crl_heads(authority).await? {
            changes = changes.remove(head.value.row(), head.version);
        }
        Ok(changes)
    }

    /// The next CRL of a list whose authority and configuration were just read.
    pub(crate) async fn next_crl(
        &self,
        list: List,
        crl: Versioned<Crl>,
        authority: Versioned<Authority>,
        now: Timestamp,
    ) -> Result<NextCrl, Error> {
        let head = self.store.crl_head(list).await?;
        let found = Found { list, crl, head, authority };
        let made = self.make_crl(found.order(Finality::More), now).await?;
        Ok(NextCrl { found, made })
    }

    async fn found(&self, list: List) -> Result<Option<Found>, Error> {
        let Some(crl) = self.store.crl_of_any(list.authority).await? else { return Ok(None) };
        let authority = self.store.authority(crl.value.account, list.authority).await?;
        let Some(authority) = authority else { return Ok(None) };
        let head = self.store.crl_head(list).await?;
        Ok(Some(Found { list, crl, head, authority }))
    }

    /// Which kind of CRL the list is to get; `None` is none.
    async fn finality(&self, found: &Found, now: Timestamp) -> Result<Option<Finality>, Error> {
        let Some(issued) = found.authority.value.issued() else { return Ok(None) };
        if found.has_ended() {
            return Ok(None);
        }
        let revoked = matches!(found.authority.value.phase(), Some(Phase::Revoked { .. }));
        let finality =
            if revoked || now >= issued.not_after { Finality::Last } else { Finality::More };
        let made_before = found.latest().is_some();
        if found.crl.value.configuration.enabled || (made_before && finality == Finality::Last) {
            return Ok(Some(finality));
        }
        // Switched off, it is still told to those whose certificates name it, also where it was
        // switched off before its first one.
        let named = made_before || is_in_bucket(&found.crl.value);
        let end = self.store.last_end(found.list.authority).await?;
        Ok(end.filter(|end| named && *end > now).map(|_| finality))
    }
}

impl NextCrl {
    /// Its number.
    pub(crate) fn number(&self) -> i64 {
        self.made.crl.number
    }

    /// The change set with its head in it; true while its authority is as it was read.
    pub(crate) fn committed_by(self, changes: Changes<Record>) -> (Changes<Record>, SignedCrl) {
        let Self { found, made } = self;
        let authority = &found.authority;
        let changes = found.head_by(changes, &made);
        (changes.expect(authority.value.row(), authority.version), made.crl)
    }
}

impl Found {
    fn latest(&self) -> Option<&SignedCrl> {
        self.head.as_ref()?.value.latest.as_ref()
    }

    fn has_ended(&self) -> bool {
        self.latest().is_some_and(|latest| latest.finality == Finality::Last)
    }

    fn order(&self, finality: Finality) -> Order<'_> {
        Order {
            authority: &self.authority.value,
            list: self.list,
            names: self.head.as_ref().map_or(&[], |head| &head.value.names),
            previous: self.latest(),
            reach: self.reach(),
            valid_days: self.crl.value.configuration.valid_days,
            finality,
        }
    }

    /// Who can have had the last CRL made: in a bucket those for whom it was put there, without one
    /// those whom the operation gives it that makes it.
    fn reach(&self) -> Reached {
        let published = self.head.as_ref().and_then(|head| head.value.published);
        let number = self.latest().map(|latest| latest.number);
        if is_in_bucket(&self.crl.value) && published != number {
            Reached::Nobody
        } else {
            Reached::Everybody
        }
    }

    /// The change set with the head of what was made, and the counter without what it tells.
    fn head_by(&self, changes: Changes<Record>, made: &Made) -> Changes<Record> {
        let end = self.authority.value.issued().map(|issued| issued.not_after);
        let before = self.head.as_ref();
        let head = before.map_or_else(|| self.fresh(), |before| before.value.clone());
        let due_at = due_at(&made.crl, end);
        let head = Head { latest: Some(made.crl.clone()), due_at, ..head };
        let changes = match before {
            Some(before) => changes.replace(head, before.version),
            None => changes.insert(head),
        };
        match made.tally.unpublished {
            0 => changes,
            told => changes.add(self.list.unpublished(), -told, None),
        }
    }

    /// The head of a list that has none.
    fn fresh(&self) -> Head {
        Head {
            list: self.list,
            account: self.crl.value.account,
            names: Vec::new(),
            latest: None,
            due_at: None,
            published: None,
        }
    }

    /// The change set after which the list is not looked at again before something is revoked, where
    /// so many revocations wait; `None` where it is so already.
    fn resting(&self, changes: Changes<Record>, waiting: i64) -> Option<Changes<Record>> {
        let due = self.head.as_ref().filter(|head| head.value.due_at.is_some());
        if due.is_none() && waiting == 0 {
            return None;
        }
        // Whoever switches it on meanwhile counts on the next one.
        let changes = changes.expect(self.crl.value.row(), self.crl.version);
        let changes = due.into_iter().fold(changes, |changes, head| {
            changes.replace(Head { due_at: None, ..head.value.clone() }, head.version)
        });
        Some(changes.add(self.list.unpublished(), -waiting, None))
    }
}

/// Whether the CRLs of an authority are published, or were.
fn is_in_bucket(crl: &Crl) -> bool {
    matches!(crl.configuration.address, CrlAddress::Bucket(_))
}

/// At half of its time the next one is made, so that there is as much time again for what goes wrong.
/// One that is good until its authority's end is followed by the last one, after that end.
fn due_at(crl: &SignedCrl, authority_end: Option<Timestamp>) -> Option<Timestamp> {
    if crl.finality == Finality::Last {
        return None;
    }
    let half = crl.this_update + crl.next_update.apart(crl.this_update) / 2;
    match authority_end {
        Some(end) if crl.next_update >= end => Some(end),
        _ => Some(half),
    }
}

/// Whom changes are by that nobody asks for.
pub(super) fn server(crl: &Crl) -> Author {
    Author {
        account: crl.account,
        origin: Origin { actor: Actor::Server, address: None, request_id: String::new() },
        expectations: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use ledger::CrlBodyId;
    use ledger::system::{SystemClock, SystemRandom};

    use super::*;

    fn crl(from: i64, to: i64, finality: Finality) -> SignedCrl {
        SignedCrl {
            number: 1,
            this_update: Timestamp::from_seconds(from),
            next_update: Timestamp::from_seconds(to),
            through: 0,
            finality,
            body: CrlBodyId::generate(&SystemClock, &SystemRandom),
            octets: 0,
            chunks: 0,
        }
    }

    #[test]
    fn the_next_one_is_due_at_half_time_and_the_last_one_at_the_end() {
        for (finality, end, due) in [
            (Finality::More, 900, Some(200)),
            (Finality::More, 301, Some(200)),
            (Finality::More, 300, Some(300)),
            (Finality::Last, 900, None),
        ] {
            let found = due_at(&crl(100, 300, finality), Some(Timestamp::from_seconds(end)));
            assert_eq!(found, due.map(Timestamp::from_seconds), "{finality:?} {end}");
        }
    }
}
