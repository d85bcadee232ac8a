//! The port to what OCSP answers are made of.

use async_trait::async_trait;
use ledger::{CaId, StoreError, Timestamp, Versioned};
use pki::ocsp::{OcspRows, Responder, Responders, Standing};
use x509::serial::SerialNumber;

use crate::Database;
use crate::tables::responders;

#[async_trait]
impl Responders for Database {
    async fn responder(&self, authority: CaId) -> Result<Option<Versioned<Responder>>, StoreError> {
        self.point(move |c| responders::of_authority(c, authority)).await
    }

    async fn responders_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Responder>>, StoreError> {
        self.scan(move |c| responders::due(c, now, limit)).await
    }

    async fn ocsp_rows(&self, authority: CaId) -> Result<Option<OcspRows>, StoreError> {
        self.point(move |c| responders::rows(c, authority)).await
    }

    async fn standing(&self, issuer: CaId, serial: &SerialNumber) -> Result<Standing, StoreError> {
        let serial = serial.clone();
        self.point(move |c| responders::standing(c, issuer, &serial)).await
    }
}
