//! Creates an authority: a root, a subordinate with its certificate, or one that waits for it.

use ledger::{Author, CaId, Counter, Quota};
use x509::{HashAlgorithm, KeyAlgorithm, KeyUsage, Name, RequestFields};

use super::issue::Child;
use super::{Authority, Charging, Home, Kind, OcspSwitch, State};
use crate::commit::{Decisions, Settled};
use crate::crl::{NewCrl, due};
use crate::subject::PartOrder;
use crate::validity::Validity;
use crate::{DistinguishedName, Error, KeyPurpose, KeyRecord, Pki, Tags, profile};

/// The authority to create.
#[derive(Clone, Debug)]
pub struct NewAuthority {
    /// Its subject: all six parts.
    pub subject: DistinguishedName,
    /// The kind of its key.
    pub key_algorithm: KeyAlgorithm,
    /// The enterprise project; `0` is the default one.
    pub enterprise_project: String,
    /// How it comes to its certificate.
    pub plan: Plan,
    /// How its CRLs are published; `None` is not at all.
    pub crl: Option<NewCrl>,
}

/// How a new authority comes to its certificate.
#[derive(Clone, Debug)]
pub enum Plan {
    /// It waits for its certificate, from here or elsewhere.
    Pending {
        /// The key usages to keep for its activation; `None` is the default set.
        key_usage: Option<KeyUsage>,
    },
    /// It signs itself.
    Root {
        /// The hash of its signature.
        hash: HashAlgorithm,
        /// How long.
        validity: Validity,
    },
    /// Another authority of the account signs it now.
    Subordinate {
        /// The key usages; `None` is the default set.
        key_usage: Option<KeyUsage>,
        /// Who signs it and how.
        issuance: Issuance,
    },
}

/// How an authority of the account signs another one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Issuance {
    /// Who signs.
    pub issuer: CaId,
    /// The hash of the signature.
    pub hash: HashAlgorithm,
    /// How long.
    pub validity: Validity,
    /// How many authorities may follow below the new one.
    pub path_length: u8,
}

impl Pki {
    /// Creates an authority.
    ///
    /// # Errors
    ///
    /// What the rules refuse, by cause; `QuotaReached` when the account has as many as it may.
    pub async fn create_authority(
        &self,
        author: &Author,
        new: NewAuthority,
    ) -> Result<CaId, Error> {
        let subject = new.subject.to_name(PartOrder::PrivateCa)?;
        let key_usage = new.plan.key_usage();
        profile::check_agreement(key_usage)?;
        let id = CaId::generate(&*self.clock, &*self.random);
        let quota = Counter::of_account(Quota::Authorities, author.account);
        let at_most = self.settings.authority_quota.map(i64::from);
        let mut decisions = Decisions::default();
        let mut made_key = None;
        loop {
            let child = Child {
                subject: subject.clone(),
                key_algorithm: new.key_algorithm,
                key_usage: new.plan.key_usage(),
            };
            // What the records refuse is refused before a key is made, which may take seconds.
            let approval = match new.plan {
                Plan::Pending { .. } => None,
                Plan::Root { hash, validity } => Some(self.approve_root(child, hash, validity)?),
                Plan::Subordinate { issuance, .. } => {
                    Some(self.approve(author.account, child, issuance).await?)
                }
            };
            let key: KeyRecord = match made_key.take() {
                Some(key) => key,
                None => {
                    self.check_authority_room(author.account).await?;
                    let purpose = KeyPurpose::Authority;
                    self.new_key(author.account, purpose, new.key_algorithm).await?
                }
            };
            let state = match &approval {
                Some(approval) => State::active(self.issue(approval, &key).await?),
                None => self.waiting(&key, &subject, key_usage).await?,
            };
            let placed = match &new.crl {
                Some(crl) => Some(self.placed(author.account, id, crl).await?),
                None => None,
            };
            let now = self.clock.now();
            let authority = Authority {
                id,
                account: author.account,
                home: Home::PrivateCa,
                kind: new.plan.kind(),
                distinguished_name: new.subject.clone(),
                key: Some(key.binding.id),
                key_algorithm: new.key_algorithm,
                key_usage,
                enterprise_project: new.enterprise_project.clone(),
                charging: Charging::PayPerUse,
                ocsp: OcspSwitch::Off,
                created_at: now,
                tags: Tags::default(),
                state,
            };
            let event = author.event(now, "create_authority", id);
            let changes = self.changes(author, event);
            let changes = match placed {
                Some(placed) => due(placed.insert_by(changes, &authority), &authority),
                None => changes,
            };
            let changes =
                changes.insert(authority).insert(key.clone()).add(quota.clone(), 1, at_most);
            let changes = match &approval {
                Some(approval) => approval.expected_by(changes),
                None => changes,
            };
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(id);
            }
            made_key = Some(self.used_again(key)?);
        }
    }

    /// The state of an authority that waits for its certificate.
    ///
    /// Its request asks for what an authority's certificate must have: outside authorities that
    /// copy extensions then issue one that can be imported, and the others ignore them.
    pub(super) async fn waiting(
        &self,
        key: &KeyRecord,
        subject: &Name,
        key_usage: KeyUsage,
    ) -> Result<State, Error> {
        let hash = match key.algorithm {
            KeyAlgorithm::Sm2 => HashAlgorithm::Sm3,
            _ => HashAlgorithm::Sha256,
        };
        let extensions = profile::requested_by_authority(key_usage);
        let fields = RequestFields { subject, public_key: &key.public_key, extensions };
        Ok(State::Pending { request: self.signed_request(key, hash, fields).await? })
    }
}

impl Plan {
    /// The usages that the authority will have, or asks for.
    pub(super) fn key_usage(&self) -> KeyUsage {
        match self {
            Self::Pending { key_usage } | Self::Subordinate { key_usage, .. } => {
                profile::authority_usage(key_usage.unwrap_or(profile::DEFAULT_USAGE))
            }
            Self::Root { .. } => profile::DEFAULT_USAGE,
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Pending { .. } | Self::Subordinate { .. } => Kind::Subordinate,
            Self::Root { .. } => Kind::Root,
        }
    }
}
