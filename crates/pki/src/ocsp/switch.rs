//! Switches the OCSP answers of an authority on and off.

use ledger::{Author, CaId, Timestamp, Versioned};
use x509::Certificate;

use crate::authority::{Authority, OcspSwitch, Status};
use crate::commit::{Decisions, Settled};
use crate::{Error, Pki};

impl Pki {
    /// Whether OCSP can be switched on at all: there is an address for certificates to tell.
    pub fn can_answer_ocsp(&self) -> bool {
        self.settings.public_url.base().is_some()
    }

    /// Switches the OCSP answers of the authority `id`. On: it gets a responder, and certificates that
    /// it issues from now on say where their status is asked for. Off: its responder is destroyed, and
    /// whoever asks is told `unauthorized`.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `OcspSwitched` when it stands so already; `AuthorityStatus` for one without
    /// certificate, and to switch on unless it is active or disabled and its certificate valid;
    /// `PublicUrlUnknown`; `IssuerRefuses` when a certificate above allows no responder.
    pub async fn switch_ocsp(
        &self,
        author: &Author,
        id: CaId,
        to: OcspSwitch,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        let mut made = None;
        loop {
            let found = self.private_authority(author.account, id).await?;
            let now = self.clock.now();
            check(&found.value, to, now)?;
            let mut event = author.event(now, "switch_ocsp", id);
            let switched = Authority { ocsp: to, ..found.value.clone() };
            let changes = match to {
                OcspSwitch::On => {
                    self.ocsp_address(id)?;
                    event.detail = Some("on".to_owned());
                    let above = self.binding(&found).await?;
                    let key = match made.take() {
                        Some(key) => self.used_again(key)?,
                        None => self.responder_key(&found.value).await?,
                    };
                    let responder = self.certified_responder(&found.value, &key, &above).await?;
                    made = Some(key.clone());
                    // What a switch that went wrong left behind would be in the way.
                    self.without_responder(self.changes(author, event), id)
                        .await?
                        .insert(key)
                        .insert(responder)
                }
                OcspSwitch::Off => {
                    event.detail = Some("off; its responder's key is destroyed".to_owned());
                    self.without_responder(self.changes(author, event), id).await?
                }
            };
            let changes = changes.replace(switched, found.version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }

    /// The known certificates that bind what an authority certifies: its own, and those above it.
    async fn binding(&self, found: &Versioned<Authority>) -> Result<Vec<Certificate>, Error> {
        match self.lineage(found.value.account, found.clone()).await {
            Ok(lineage) => Ok(lineage.certificates),
            // What it issued is to be checked all the same.
            Err(Error::AncestorGone { .. }) => {
                let own = found.value.issued().map(|own| Certificate::from_der(&own.certificate));
                own.into_iter().map(|own| own.map_err(Error::internal)).collect()
            }
            Err(other) => Err(other),
        }
    }
}

fn check(authority: &Authority, to: OcspSwitch, now: Timestamp) -> Result<(), Error> {
    let id = authority.id;
    if authority.ocsp == to {
        return Err(Error::OcspSwitched { id, stands: to });
    }
    match (to, authority.status(now)) {
        (OcspSwitch::On, Status::Active | Status::Disabled) => Ok(()),
        (OcspSwitch::Off, status) if status != Status::Pending => Ok(()),
        (_, status) => Err(Error::AuthorityStatus {
            id,
            status,
            needed: "only an ACTIVED or DISABLED one can switch OCSP on",
        }),
    }
}
