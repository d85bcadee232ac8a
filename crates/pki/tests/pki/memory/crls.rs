//! CRLs and their bytes, in memory.

use std::collections::VecDeque;

use async_trait::async_trait;
use ledger::{AccountId, CaId, CrlBodyId, StoreError, Table, Timestamp, Versioned};
use pki::crl::{Crl, CrlAddress, Finality, Head, List, Past, RevocationSnapshot, Tally, Work};
use pki::{Crls, Record};
use x509::{ReasonCode, RevokedCertificate, UnixTime};

use super::Memory;

/// How many entries come at a time: few, so that tests see more than one batch.
const BATCH: usize = 2;

struct Snapshot {
    tally: Tally,
    entries: VecDeque<RevokedCertificate>,
}

#[async_trait]
impl RevocationSnapshot for Snapshot {
    fn tally(&self) -> Tally {
        self.tally
    }

    async fn next(&mut self) -> Result<Vec<RevokedCertificate>, StoreError> {
        let count = self.entries.len().min(BATCH);
        Ok(self.entries.drain(..count).collect())
    }
}

impl Memory {
    /// How many bodies of CRLs are kept.
    pub(crate) fn crl_bodies(&self) -> usize {
        self.0.lock().unwrap().bodies.len()
    }

    fn heads(&self) -> Vec<Versioned<Head>> {
        self.all(|record| match record {
            Record::CrlHead(head) => Some((**head).clone()),
            _ => None,
        })
    }
}

#[async_trait]
impl Crls for Memory {
    async fn crl(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<Versioned<Crl>>, StoreError> {
        Ok(self.crl_of_any(id).await?.filter(|crl| crl.value.account == account))
    }

    async fn crl_of_any(&self, id: CaId) -> Result<Option<Versioned<Crl>>, StoreError> {
        Ok(self.read(Table::Crls, id, |record| match record {
            Record::Crl(found) => Some((**found).clone()),
            _ => None,
        }))
    }

    async fn crl_head(&self, list: List) -> Result<Option<Versioned<Head>>, StoreError> {
        Ok(self.heads().into_iter().find(|head| head.value.list == list))
    }

    async fn crl_heads(&self, authority: CaId) -> Result<Vec<Versioned<Head>>, StoreError> {
        let mut heads = self.heads();
        heads.retain(|head| head.value.list.authority == authority);
        heads.sort_by_key(|head| head.value.list);
        Ok(heads)
    }

    async fn crls_due(&self, now: Timestamp, limit: u32) -> Result<Vec<(List, Work)>, StoreError> {
        let mut due = Vec::new();
        let crls = self.all(|record| match record {
            Record::Crl(crl) => Some((**crl).clone()),
            _ => None,
        });
        for Versioned { value: crl, .. } in crls {
            if !matches!(crl.configuration.address, CrlAddress::Bucket(_)) {
                continue;
            }
            let authority = self.read(Table::Authorities, crl.authority, |record| match record {
                Record::Authority(found) => found.issued().map(|_| ()),
                _ => None,
            });
            let heads = self.crl_heads(crl.authority).await?;
            let complete = List::complete(crl.authority);
            let is_missing = !heads.iter().any(|head| head.value.list == complete);
            let is_wanted = crl.configuration.enabled || self.used(&complete.unpublished()) > 0;
            if is_wanted && is_missing && authority.is_some() {
                due.push((complete, Work::Make));
            }
            for Versioned { value: head, .. } in heads {
                let latest = head.latest.as_ref();
                let ended = latest.is_some_and(|latest| latest.finality == Finality::Last);
                let dirty = self.used(&head.list.unpublished()) > 0 && !ended;
                let timed = head.due_at.is_some_and(|due_at| due_at <= now);
                if authority.is_some() && (dirty || timed) {
                    due.push((head.list, Work::Make));
                } else if latest.is_some_and(|latest| Some(latest.number) != head.published) {
                    due.push((head.list, Work::Publish));
                }
            }
        }
        due.truncate(limit as usize);
        Ok(due)
    }

    async fn told_by(
        &self,
        list: List,
        past: Past,
    ) -> Result<Box<dyn RevocationSnapshot>, StoreError> {
        let mut revocations = self.all(|record| match record {
            Record::Revocation(found)
                if found.issuer == list.authority
                    && (list.shard.is_none() || found.shard == list.shard) =>
            {
                Some(found.clone())
            }
            _ => None,
        });
        let places = self.0.lock().unwrap().revoked.clone();
        let place = |row| places.iter().position(|known| *known == row).unwrap() as i64 + 1;
        revocations.retain(|Versioned { value: found, .. }| {
            found.not_after >= past.ended_before || place(found.row()) > past.through
        });
        let through = places.len() as i64;
        let mut tally =
            Tally { unpublished: self.used(&list.unpublished()), through, ..Tally::default() };
        let mut entries = VecDeque::new();
        for Versioned { value: revocation, .. } in revocations {
            let entry = RevokedCertificate {
                serial: revocation.serial,
                revocation_date: UnixTime(revocation.revoked_at.as_seconds()),
                reason: ReasonCode::from_code(revocation.reason.code())
                    .filter(|reason| *reason != ReasonCode::Unspecified),
            };
            tally.sizes.add(&entry);
            tally.latest = tally.latest.max(Some(revocation.revoked_at));
            entries.push_back(entry);
        }
        Ok(Box::new(Snapshot { tally, entries }))
    }

    async fn last_end(&self, issuer: CaId) -> Result<Option<Timestamp>, StoreError> {
        let ends = self.all(|record| match record {
            Record::Authority(found) => found
                .issued()
                .filter(|issued| issued.issuer == pki::authority::Issuer::Authority(issuer))
                .map(|issued| issued.not_after),
            Record::Certificate(found) => Some(found.not_after).filter(|_| found.issuer == issuer),
            Record::Revocation(found) => Some(found.not_after).filter(|_| found.issuer == issuer),
            _ => None,
        });
        Ok(ends.into_iter().map(|end| end.value).max())
    }

    async fn put_crl_chunks(
        &self,
        body: CrlBodyId,
        first: u32,
        chunks: Vec<Vec<u8>>,
        _: Timestamp,
    ) -> Result<(), StoreError> {
        let mut state = self.0.lock().unwrap();
        let kept = state.bodies.entry(body).or_default();
        for (number, octets) in (first..).zip(chunks) {
            assert!(kept.insert(number, octets).is_none());
        }
        Ok(())
    }

    async fn crl_chunk(&self, body: CrlBodyId, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.lock().unwrap().bodies.get(&body).and_then(|chunks| chunks.get(&number).cloned()))
    }

    async fn forget_crl_bodies(&self, _: Timestamp) -> Result<(), StoreError> {
        let named: Vec<_> =
            self.heads().into_iter().filter_map(|head| Some(head.value.latest?.body)).collect();
        self.0.lock().unwrap().bodies.retain(|body, _| named.contains(body));
        Ok(())
    }
}
