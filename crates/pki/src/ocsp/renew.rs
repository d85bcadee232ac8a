//! Makes responders, puts new ones in the place of old ones, and removes them.

use ledger::{Actor, Author, CaId, Changes, Origin, Versioned};
use x509::Certificate;

use super::Responder;
use super::certificate::{Draft, algorithm};
use super::responder::{renewal, window};
use crate::authority::{Authority, OcspSwitch};
use crate::commit::{Decisions, Settled};
use crate::keys::key_row;
use crate::lease::Lease;
use crate::{Error, KeyPurpose, KeyRecord, Pki, Record};

/// What a look at a responder that is due has led to.
enum Renewal {
    /// Another one has taken its place, or it was removed.
    Done,
    /// Somebody else changed it in the meantime.
    Overtaken,
}

impl Pki {
    /// Renews the responders whose time has come, at most `limit`, and removes those of authorities
    /// that answer no more; gives how many. For a job of the server, under its lease; one that cannot
    /// be renewed is told to the log and does not keep the others.
    ///
    /// # Errors
    ///
    /// `Internal` when the store cannot be read; what was renewed before that stays so.
    pub async fn renew_due_responders(&self, limit: u32, lease: &Lease) -> Result<usize, Error> {
        let mut renewed = 0;
        for due in self.store.responders_due(self.clock.now(), limit).await? {
            let id = due.value.authority;
            match self.renew(due, lease).await {
                Ok(Renewal::Done) => renewed += 1,
                Ok(Renewal::Overtaken) => {}
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    %id,
                    "the OCSP responder of this authority could not be renewed"
                ),
            }
        }
        Ok(renewed)
    }

    async fn renew(&self, due: Versioned<Responder>, lease: &Lease) -> Result<Renewal, Error> {
        let Responder { authority: id, account, .. } = due.value;
        let now = self.clock.now();
        let author = Author {
            account,
            origin: Origin { actor: Actor::Server, address: None, request_id: String::new() },
            expectations: Vec::new(),
        };
        let mut event = author.event(now, "renew_responder", id);
        let answering = self.present_authority(account, id).await?.filter(|found| {
            let issued = found.value.issued();
            found.value.ocsp == OcspSwitch::On
                && issued.is_some_and(|issued| now < issued.not_after)
        });
        let changes = match answering {
            Some(found) => {
                let key = self.responder_key(&found.value).await?;
                // What is above bound the first one already, which had the same name.
                let responder = self.certified_responder(&found.value, &key, &[]).await?;
                let serial = &responder.serial;
                event.detail = Some(format!("its certificate has the serial number {serial}"));
                let changes = self.changes(&author, event);
                let changes = self.without_responder_key(changes, &due.value).await?;
                changes
                    .insert(key)
                    .replace(responder, due.version)
                    .expect(found.value.row(), found.version)
            }
            None => {
                event.detail = Some("removed: its authority answers no more".to_owned());
                let changes = self.changes(&author, event).remove(due.value.row(), due.version);
                self.without_responder_key(changes, &due.value).await?
            }
        };
        let changes = lease.expected_by(changes);
        match self.settle(changes, &mut Decisions::default()).await? {
            Settled::Done => Ok(Renewal::Done),
            Settled::DecideAgain => Ok(Renewal::Overtaken),
        }
    }

    /// A new key for the responder of an authority: of the same kind as the authority's own, so that
    /// whoever can check the one can check the other.
    pub(super) async fn responder_key(&self, authority: &Authority) -> Result<KeyRecord, Error> {
        let kind = authority.key_algorithm;
        self.new_key(authority.account, KeyPurpose::Responder, kind).await
    }

    /// The responder with this key, certified by the authority as far as these certificates above let
    /// it.
    pub(super) async fn certified_responder(
        &self,
        authority: &Authority,
        key: &KeyRecord,
        above: &[Certificate],
    ) -> Result<Responder, Error> {
        let issued = authority
            .issued()
            .ok_or_else(|| Error::inconsistent("a responder without an issuer"))?;
        let now = self.clock.now();
        let own = window(now, issued.window());
        if now < issued.not_before {
            return Err(Error::AuthorityStatus {
                id: authority.id,
                status: authority.status(now),
                needed: "its certificate is not valid yet, and can sign nothing before it is",
            });
        }
        let name = &authority.distinguished_name;
        let draft = Draft::new(key.public_key.clone(), name, issued, own, &*self.random)?;
        let signer = self.authority_key(authority).await?.value;
        let algorithm = algorithm(signer.algorithm, issued.hash)?;
        let certificate = draft.lint(above)?.sign(&*self.keys, &signer, algorithm).await?;
        Ok(Responder {
            authority: authority.id,
            account: authority.account,
            key: key.binding.id,
            serial: certificate.serial().clone(),
            not_after: own.not_after,
            renew_at: renewal(now, own, issued.window()),
            certificate: certificate.der().to_vec(),
        })
    }

    /// The change set that also removes the authority's responder with its key, if it has one.
    pub(crate) async fn without_responder(
        &self,
        changes: Changes<Record>,
        authority: CaId,
    ) -> Result<Changes<Record>, Error> {
        let Some(found) = self.store.responder(authority).await? else { return Ok(changes) };
        let changes = changes.remove(found.value.row(), found.version);
        self.without_responder_key(changes, &found.value).await
    }

    /// The change set that also removes the responder's key. When that is gone already somebody has
    /// renewed the responder, and the commit is refused for the responder's sake.
    async fn without_responder_key(
        &self,
        changes: Changes<Record>,
        responder: &Responder,
    ) -> Result<Changes<Record>, Error> {
        Ok(match self.store.key(responder.key).await? {
            Some(key) => changes.remove(key_row(responder.key), key.version),
            None => changes,
        })
    }
}
