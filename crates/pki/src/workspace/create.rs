//! Creates a self-signed Workspace authority.

use ledger::{Author, CaId, ProjectId};
use x509::{HashAlgorithm, KeyAlgorithm, KeyUsage};

use crate::authority::issue::Child;
use crate::authority::{Authority, Charging, Home, Kind, OcspSwitch, State};
use crate::commit::{Decisions, Settled};
use crate::crl::{Crl, CrlConfiguration, Sharding};
use crate::subject::PartOrder;
use crate::validity::Validity;
use crate::{DistinguishedName, Error, KeyPurpose, Pki, Tags, profile};

/// The Workspace authority to create.
#[derive(Clone, Debug)]
pub struct NewWorkspaceAuthority {
    /// Its subject: all six parts.
    pub subject: DistinguishedName,
    /// The kind of its key.
    pub key_algorithm: KeyAlgorithm,
    /// The hash of its signature.
    pub hash: HashAlgorithm,
    /// How long.
    pub validity: Validity,
    /// What its CRL is to be.
    pub crl: CrlConfiguration,
}

impl Pki {
    /// Creates an authority of `project` that signs itself, and is enabled.
    ///
    /// # Errors
    ///
    /// `QuotaReached` when the project has three, pending ones counted; what the rules refuse.
    pub async fn create_workspace_authority(
        &self,
        author: &Author,
        project: ProjectId,
        new: NewWorkspaceAuthority,
    ) -> Result<CaId, Error> {
        let subject = new.subject.to_name(PartOrder::Workspace)?;
        let key_usage = profile::authority_usage(KeyUsage::EMPTY);
        let id = CaId::generate(&*self.clock, &*self.random);
        let mut decisions = Decisions::default();
        let mut made_key = None;
        loop {
            let child =
                Child { subject: subject.clone(), key_algorithm: new.key_algorithm, key_usage };
            let approval = self.approve_root(child, new.hash, new.validity)?;
            let now = self.clock.now();
            let room = self.find_room(project, now).await?;
            let key = match made_key.take() {
                Some(key) => key,
                None => {
                    let purpose = KeyPurpose::Authority;
                    self.new_key(author.account, purpose, new.key_algorithm).await?
                }
            };
            let authority = Authority {
                id,
                account: author.account,
                home: Home::Workspace(project),
                kind: Kind::Root,
                distinguished_name: new.subject.clone(),
                key: Some(key.binding.id),
                key_algorithm: new.key_algorithm,
                key_usage,
                enterprise_project: "0".to_owned(),
                charging: Charging::PayPerUse,
                ocsp: OcspSwitch::Off,
                created_at: now,
                tags: Tags::default(),
                state: State::active(self.issue(&approval, &key).await?),
            };
            let configuration = new.crl.clone();
            let crl = Crl {
                authority: id,
                account: author.account,
                configuration,
                sharding: Sharding::Off,
            };
            let event = author.event(now, "create_workspace_authority", id);
            let changes =
                self.changes(author, event).insert(authority).insert(key.clone()).insert(crl);
            let changes = self.taking(room, changes, author, now).await?;
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(id);
            }
            made_key = Some(self.used_again(key)?);
        }
    }
}
