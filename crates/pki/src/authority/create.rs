//! Creates an authority: a root, a subordinate with its certificate, or one that waits for it.

use ledger::{AccountId, Author, CaId, Changes, Counter, Quota};
use x509::{HashAlgorithm, KeyAlgorithm, KeyUsage, Name, RequestFields};

use super::issue::{Approval, Child};
use super::{Authority, Charging, Home, Kind, OcspSwitch, State};
use crate::commit::{Decisions, Settled};
use crate::crl::NewCrl;
use crate::subject::PartOrder;
use crate::validity::Validity;
use crate::{DistinguishedName, Error, KeyPurpose, KeyRecord, Pki, Record, Tags, profile};

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

/// A new authority before its record is written.
pub(super) struct Begun {
    /// What its certificate rests on; none while it waits for one.
    pub(super) approval: Option<Approval>,
    /// Its key.
    pub(super) key: KeyRecord,
    /// Its state.
    pub(super) state: State,
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
        let subject = new.checked_subject()?;
        let id = CaId::generate(&*self.clock, &*self.random);
        let quota = Counter::of_account(Quota::Authorities, author.account);
        let at_most = self.settings.authority_quota.map(i64::from);
        let mut decisions = Decisions::default();
        let mut made_key = None;
        loop {
            if made_key.is_none() {
                self.check_authority_room(author.account).await?;
            }
            let Begun { approval, key, state } =
                self.begin(author.account, &new, &subject, made_key.take()).await?;
            let now = self.clock.now();
            let authority = Authority {
                id,
                account: author.account,
                home: Home::PrivateCa,
                kind: new.plan.kind(),
                distinguished_name: new.subject.clone(),
                key: Some(key.binding.id),
                key_algorithm: new.key_algorithm,
                key_usage: new.plan.key_usage(),
                enterprise_project: new.enterprise_project.clone(),
                charging: Charging::PayPerUse,
                ocsp: OcspSwitch::Off,
                created_at: now,
                tags: Tags::default(),
                state,
            };
            let event = author.event(now, "create_authority", id);
            let changes = self.changes(author, event);
            let changes = self.with_first_crl(changes, &authority, new.crl.as_ref()).await?;
            let changes =
                changes.insert(authority).insert(key.clone()).add(quota.clone(), 1, at_most);
            let changes = expected(approval.as_ref(), changes);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(id);
            }
            made_key = Some(self.used_again(key)?);
        }
    }

    /// What `new` needs before its record: leave, its key (`made_key`, where an overtaken decision
    /// left one) and what it is signed with.
    ///
    /// # Errors
    ///
    /// What the rules refuse, by cause; that is before a key is made, which may take seconds.
    pub(super) async fn begin(
        &self,
        account: AccountId,
        new: &NewAuthority,
        subject: &Name,
        made_key: Option<KeyRecord>,
    ) -> Result<Begun, Error> {
        let key_usage = new.plan.key_usage();
        let key_algorithm = new.key_algorithm;
        let child = Child { subject: subject.clone(), key_algorithm, key_usage };
        let approval = match new.plan {
            Plan::Pending { .. } => None,
            Plan::Root { hash, validity } => Some(self.approve_root(child, hash, validity)?),
            Plan::Subordinate { issuance, .. } => {
                Some(self.approve(account, child, issuance).await?)
            }
        };
        let key = match made_key {
            Some(key) => key,
            None => self.new_key(account, KeyPurpose::Authority, key_algorithm).await?,
        };
        let state = match &approval {
            Some(approval) => State::active(self.issue(approval, &key).await?),
            None => self.waiting(&key, subject, key_usage).await?,
        };
        Ok(Begun { approval, key, state })
    }

    /// The state of an authority that waits for its certificate.
    ///
    /// Its request asks for what an authority's certificate must have: outside authorities that
    /// copy extensions then issue one that can be imported, and the others ignore them.
    async fn waiting(
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

/// Lets the change hold only while what was approved does.
pub(super) fn expected(approval: Option<&Approval>, changes: Changes<Record>) -> Changes<Record> {
    match approval {
        Some(approval) => approval.expected_by(changes),
        None => changes,
    }
}

impl NewAuthority {
    /// The subject as certificates have it.
    ///
    /// # Errors
    ///
    /// `Invalid` for one that no certificate may have, `KeyUsage` for usages that do not agree.
    pub(super) fn checked_subject(&self) -> Result<Name, Error> {
        profile::check_agreement(self.plan.key_usage())?;
        self.subject.to_name(PartOrder::PrivateCa)
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

    /// What the authority will be.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Pending { .. } | Self::Subordinate { .. } => Kind::Subordinate,
            Self::Root { .. } => Kind::Root,
        }
    }
}
