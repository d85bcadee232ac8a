//! Switches shards of an authority's CRL on and off.

use ledger::{Author, CaId};

use super::{Crl, CrlAddress, Sharding};
use crate::commit::{Decisions, Settled};
use crate::{Error, Pki};

impl Pki {
    /// Lets new certificates of the authority `id` that are no authorities point to shards of its CRL,
    /// or to the complete one again. What was issued keeps what it points to; shards are told on, and
    /// the complete CRL covers all. Switching to what is so already changes nothing.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `CrlDisabled` when they are to point to shards and its CRLs are not
    /// published in a bucket.
    pub async fn set_crl_sharding(
        &self,
        author: &Author,
        id: CaId,
        sharding: Sharding,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let authority = self.private_authority(author.account, id).await?;
            let crl = self.store.crl(author.account, id).await?;
            let published = |crl: &Crl| {
                let configuration = &crl.configuration;
                configuration.enabled && matches!(configuration.address, CrlAddress::Bucket(_))
            };
            let crl = crl.filter(|crl| published(&crl.value) || sharding == Sharding::Off);
            let Some(crl) = crl else {
                return match sharding {
                    Sharding::Off => Ok(()),
                    Sharding::On => Err(Error::CrlDisabled(id)),
                };
            };
            if crl.value.sharding == sharding {
                return Ok(());
            }
            let mut event = author.event(self.clock.now(), "set_crl_sharding", id);
            event.detail = Some(match sharding {
                Sharding::Off => "new certificates point to the complete CRL".to_owned(),
                Sharding::On => "new certificates point to shards of the CRL".to_owned(),
            });
            let changes = self
                .changes(author, event)
                .expect(authority.value.row(), authority.version)
                .replace(Crl { sharding, ..crl.value }, crl.version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}
