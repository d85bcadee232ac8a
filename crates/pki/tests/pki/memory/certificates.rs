//! Certificates, in memory.

use async_trait::async_trait;
use ledger::{AccountId, CaId, StoreError};
use pki::authority::Issuer;
use pki::certificate::Certificate;
use pki::{Certificates, Listed, Page, Record};
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
        Record::Responder(found) => vec![(found.authority, found.serial.to_hex())],
        _ => Vec::new(),
    }
}

/// The page of a list that is whole.
pub(super) fn cut<T>(all: Vec<T>, page: Page) -> Listed<T> {
    let total = all.len() as u64;
    let offset = usize::try_from(page.offset).unwrap_or(usize::MAX);
    let entries = all.into_iter().skip(offset).take(page.limit as usize).collect();
    Listed { entries, total }
}

impl Memory {
    pub(super) fn certificates_of(&self, account: AccountId) -> Vec<Certificate> {
        let found = self.all(|record| match record {
            Record::Certificate(found) if found.account == account => Some((**found).clone()),
            _ => None,
        });
        found.into_iter().map(|found| found.value).collect()
    }
}

#[async_trait]
impl Certificates for Memory {
    async fn is_issued(&self, issuer: CaId, serial: &SerialNumber) -> Result<bool, StoreError> {
        Ok(self.0.lock().unwrap().issued.contains(&(issuer, serial.to_hex())))
    }
}
