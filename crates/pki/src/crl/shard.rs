//! Shards: CRLs that cover some thousands of an authority's certificates each.

use ledger::{CaId, Changes, Counter, Quota};

use super::refresh::server;
use super::{Head, List, Sharding};
use crate::authority::Authority;
use crate::commit::{Decisions, Settled};
use crate::pointers::Pointers;
use crate::{Error, Pki, Record};

/// How many certificates point to a shard, some more where many are issued at once. An entry has 53
/// octets at most, so that its CRL stays below a megabyte when all of them are revoked.
const CERTIFICATES: i64 = 16_000;

impl Pki {
    /// The shard that the next certificate of `issuer` points to, its head made and its address
    /// recorded, and the addresses that the certificate carries; `None` is the complete CRL. For
    /// certificates that are no authorities alone; their change set is to be [`counted`].
    ///
    /// # Errors
    ///
    /// As [`Pki::pointers`].
    pub(crate) async fn next_shard(
        &self,
        issuer: &Authority,
    ) -> Result<(Option<u32>, Pointers), Error> {
        let crl = self.store.crl(issuer.account, issuer.id).await?;
        let crl = crl.filter(|crl| crl.value.configuration.enabled);
        let Some(crl) = crl.filter(|crl| crl.value.sharding == Sharding::On) else {
            return Ok((None, self.pointers(issuer, None).await?));
        };
        let issued = self.store.count(&sharded(issuer.id)).await?;
        let shard = u32::try_from(issued / CERTIFICATES).map_err(Error::internal)?;
        let pointers = self.pointers(issuer, Some(shard)).await?;
        // Switched off meanwhile.
        let Some(address) = &pointers.crl else { return Ok((None, pointers)) };
        let list = List { authority: issuer.id, shard: Some(shard) };
        let author = server(&crl.value);
        let mut decisions = Decisions::default();
        loop {
            let before = self.store.crl_head(list).await?;
            if before.as_ref().is_some_and(|head| head.value.names.contains(address)) {
                return Ok((Some(shard), pointers));
            }
            let mut event = author.event(self.clock.now(), "name_crl_shard", list);
            event.detail = Some(format!("its certificates point to {address}"));
            // Its first CRL, or one with the new name, is due at once.
            let changes = self.changes(&author, event).add(list.unpublished(), 1, None);
            let changes = match before {
                Some(before) => {
                    let mut head = before.value;
                    head.names.push(address.clone());
                    changes.replace(head, before.version)
                }
                None => changes.insert(Head {
                    list,
                    account: issuer.account,
                    names: vec![address.clone()],
                    latest: None,
                    due_at: None,
                    published: None,
                }),
            };
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok((Some(shard), pointers));
            }
        }
    }
}

/// The change set that issues certificates of `issuer`, so many of them counted in `shard`.
pub(crate) fn counted(
    changes: Changes<Record>,
    issuer: CaId,
    shard: Option<u32>,
    certificates: i64,
) -> Changes<Record> {
    match shard {
        Some(_) => changes.add(sharded(issuer), certificates, None),
        None => changes,
    }
}

fn sharded(issuer: CaId) -> Counter {
    Counter::of_authority(Quota::Sharded, issuer)
}
