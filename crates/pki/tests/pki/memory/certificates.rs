//! Certificates, in memory.

use async_trait::async_trait;
use ledger::{AccountId, CaId, CertificateId, StoreError, Table, Versioned};
use pki::authority::Issuer;
use pki::certificate::Certificate;
use pki::{Certificates, Record};
use x509::SerialNumber;

use super::Memory;

/// The issuer and the serial numbers that a record brings.
pub(super) fn serials(record: &Record) -> Vec<(CaId, String)> {
    match record {
        Record::Authority(found) => match found.issued().map(|issued| (issued, issued.issuer)) {
            Some((issued, Issuer::Authority(issuer))) => vec![(issuer, issued.serial.to_hex())],
            _ => Vec::new(),
        },
        Record::Certificate(found) => {
            let encryption = found.encryption.as_ref().map(|found| &found.serial);
            let serials = std::iter::once(&found.serial).chain(encryption);
            serials.map(|serial| (found.issuer, serial.to_hex())).collect()
        }
        _ => Vec::new(),
    }
}

#[async_trait]
impl Certificates for Memory {
    async fn certificate(
        &self,
        account: AccountId,
        id: CertificateId,
    ) -> Result<Option<Versioned<Certificate>>, StoreError> {
        Ok(self.read(Table::Certificates, id, |record| match record {
            Record::Certificate(found) if found.account == account => Some((**found).clone()),
            _ => None,
        }))
    }

    async fn is_issued(&self, issuer: CaId, serial: &SerialNumber) -> Result<bool, StoreError> {
        Ok(self.0.lock().unwrap().issued.contains(&(issuer, serial.to_hex())))
    }
}
