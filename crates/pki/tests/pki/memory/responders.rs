//! Responders, in memory.

use async_trait::async_trait;
use ledger::{CaId, StoreError, Table, Timestamp, Versioned};
use pki::ocsp::{OcspRows, Responder, Responders, Standing};
use pki::{Authorities, Certificates, Record};
use x509::SerialNumber;

use super::Memory;

#[async_trait]
impl Responders for Memory {
    async fn responder(&self, authority: CaId) -> Result<Option<Versioned<Responder>>, StoreError> {
        Ok(self.read(Table::Responders, authority, |record| match record {
            Record::Responder(found) => Some((**found).clone()),
            _ => None,
        }))
    }

    async fn responders_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Responder>>, StoreError> {
        let mut due = self.all(|record| match record {
            Record::Responder(found) if found.renew_at <= now => Some((**found).clone()),
            _ => None,
        });
        due.sort_by_key(|due| due.value.renew_at);
        due.truncate(limit as usize);
        Ok(due)
    }

    async fn ocsp_rows(&self, authority: CaId) -> Result<Option<OcspRows>, StoreError> {
        let found = self.read(Table::Authorities, authority, |record| match record {
            Record::Authority(found) => Some(found.account),
            _ => None,
        });
        let responder = self.responder(authority).await?.map(|responder| responder.version);
        Ok(found.map(|found| OcspRows {
            account: found.value,
            authority: found.version,
            responder,
        }))
    }

    async fn standing(&self, issuer: CaId, serial: &SerialNumber) -> Result<Standing, StoreError> {
        let revocations = self.revocations(issuer, None, u32::MAX).await?;
        let revoked = revocations.into_iter().find(|revoked| revoked.serial == *serial);
        Ok(match revoked {
            Some(revoked) => Standing::Revoked { at: revoked.revoked_at, reason: revoked.reason },
            None if self.is_issued(issuer, serial).await? => Standing::Issued,
            None => Standing::NeverIssued,
        })
    }
}
