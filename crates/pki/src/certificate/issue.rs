//! Issues certificates to others: what is approved by the records first, then keys, then signatures.

use std::sync::Arc;

use ledger::{AccountId, Author, CaId, CertificateId, Counter, Quota};
use x509::{GeneralName, SignatureAlgorithm};
use x509::{HashAlgorithm, KeyAlgorithm, KeyFamily, KeyUsage, Name, PublicKey};

use super::{Certificate, EncryptionCertificate};
use crate::authority::issue::check_families;
use crate::authority::issuing::Issuing;
use crate::authority::{Authority, GenerationMode, Issued};
use crate::commit::{Decisions, Settled};
use crate::crl::shard::counted;
use crate::keys::signature_algorithm;
use crate::pointers::Pointers;
use crate::profile::{self, Draft, LeafContent, LeafProfile, Linted, SignedLeaf};
use crate::validity::{Validity, Window};
use crate::{DistinguishedName, Error, KeyPurpose, KeyRecord, Pki, Tags};

/// The usages of the certificate of an SM2 pair that signs (GM/T 0015).
const SM2_SIGNING: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION);

/// The usages of the one that encrypts.
const SM2_ENCRYPTION: KeyUsage =
    KeyUsage::KEY_ENCIPHERMENT.union(KeyUsage::DATA_ENCIPHERMENT).union(KeyUsage::KEY_AGREEMENT);

/// A certificate to issue, whoever has its key.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// Who issues it.
    pub(super) issuer: CaId,
    /// For whom.
    pub(super) subject: Subject,
    /// Who has its key.
    pub(super) holder: Holder,
    /// The hash of its signature; `None` is that of its issuer's own certificate.
    pub(super) hash: Option<HashAlgorithm>,
    /// How long.
    pub(super) validity: Validity,
    /// All else that it says.
    pub(super) content: LeafContent,
    /// The enterprise project; `0` is the default one.
    pub(super) enterprise_project: String,
    /// What the audit event is to tell of the request.
    pub(super) notes: Vec<String>,
}

/// For whom a certificate is.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    /// What is empty comes from the issuer's certificate.
    Inheriting(DistinguishedName),
    /// Exactly this.
    Whole(Name),
}

/// Who has the key of a certificate.
#[derive(Clone, Debug)]
pub(super) enum Holder {
    /// Whoever asked, with a certification request for this key.
    Elsewhere(PublicKey),
    /// This service, which makes it; `None` is a key like its issuer's.
    Here(Option<KeyAlgorithm>),
}

/// An issuance that the records allow, before there is need of a key.
struct Approval {
    issuing: Arc<Issuing>,
    subject: Name,
    key_algorithm: KeyAlgorithm,
    algorithm: SignatureAlgorithm,
    window: Window,
}

/// The keys that are made here for a certificate.
struct MadeKeys {
    signing: Option<KeyRecord>,
    encryption: Option<KeyRecord>,
}

impl Pki {
    /// Issues what is ordered: a certificate, below an SM2 authority the pair of GM/T 0015; its
    /// keys, serial numbers and audit event in one commit.
    pub(super) async fn issue_certificate(
        &self,
        author: &Author,
        action: &'static str,
        order: Order,
    ) -> Result<CertificateId, Error> {
        profile::check_leaf_usage(order.content.key_usage)?;
        let id = CertificateId::generate(&*self.clock, &*self.random);
        let quota = Counter::of_account(Quota::Certificates, author.account);
        let at_most = self.settings.certificate_quota.map(i64::from);
        let mut decisions = Decisions::default();
        let mut made_keys = None;
        loop {
            // What the records refuse is refused before a key is made, which may take seconds.
            let issuing = self.issuing(author.account, order.issuer).await?;
            let approval = match self.approve_certificate(Arc::clone(&issuing), &order) {
                Ok(approval) => approval,
                Err(_) if self.is_outdated(&issuing).await? => {
                    decisions.overtaken()?;
                    continue;
                }
                Err(refusal) => return Err(refusal),
            };
            let keys = match made_keys.take() {
                Some(keys) => keys,
                None => {
                    if let Holder::Here(_) = order.holder {
                        self.check_room(&quota, at_most).await?;
                    }
                    self.make_keys(author.account, &order.holder, approval.key_algorithm).await?
                }
            };
            let (certificate, notes) =
                self.sign_certificate(author.account, id, &order, &approval, &keys).await?;
            let mut event = author.event(certificate.created_at, action, id);
            event.detail = Some(told(&certificate, &order.notes, &notes));
            let (shard, is_pair) = (certificate.shard, certificate.encryption.is_some());
            let mut changes = self.changes(author, event).insert(certificate);
            for key in [&keys.signing, &keys.encryption].into_iter().flatten() {
                changes = changes.insert(key.clone());
            }
            let entries = 1 + i64::from(is_pair);
            let changes = counted(changes, order.issuer, shard, entries);
            let changes = changes.add(quota.clone(), 1, at_most);
            let changes = approval.issuing.lineage.expected_by(changes);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(id);
            }
            made_keys = Some(MadeKeys {
                signing: keys.signing.map(|key| self.used_again(key)).transpose()?,
                encryption: keys.encryption.map(|key| self.used_again(key)).transpose()?,
            });
        }
    }

    /// Whether the authority may issue what is ordered: its status and that of all above it, its
    /// validity, the algorithms, and whom all above allow it to certify.
    fn approve_certificate(&self, issuing: Arc<Issuing>, order: &Order) -> Result<Approval, Error> {
        let now = self.clock.now();
        let (authority, issued) = issuing.at(now)?;
        let key_algorithm = match &order.holder {
            Holder::Elsewhere(key) => key.algorithm(),
            Holder::Here(algorithm) => algorithm.unwrap_or(authority.key_algorithm),
        };
        check_families(key_algorithm, authority.key_algorithm)?;
        let hash = order.hash.unwrap_or_else(|| hash_of(authority, issued));
        let algorithm = signature_algorithm(authority.key_algorithm, hash)?;
        let window = order.validity.window(now, Some(issued.window()))?;
        let subject = match &order.subject {
            Subject::Whole(name) => name.clone(),
            Subject::Inheriting(own) => {
                own.clone().filled_from(&issuing.distinguished_name).to_partial_name()?
            }
        };
        let names: &[GeneralName] = &order.content.names;
        for above in &issuing.lineage.certificates {
            profile::check_names(&subject, names, above)?;
        }
        Ok(Approval { issuing, subject, key_algorithm, algorithm, window })
    }

    /// Makes the keys that the service is to have: the certificate's own, unless it is elsewhere,
    /// and the one for encryption of an SM2 pair, always.
    async fn make_keys(
        &self,
        account: AccountId,
        holder: &Holder,
        algorithm: KeyAlgorithm,
    ) -> Result<MadeKeys, Error> {
        let purpose = KeyPurpose::Certificate;
        let signing = match holder {
            Holder::Here(_) => Some(self.new_key(account, purpose, algorithm).await?),
            Holder::Elsewhere(_) => None,
        };
        let encryption = match algorithm.family() {
            KeyFamily::Sm2 => Some(self.new_key(account, purpose, algorithm).await?),
            KeyFamily::Ec | KeyFamily::Rsa => None,
        };
        Ok(MadeKeys { signing, encryption })
    }

    /// Signs what was approved, for these keys; with what was odd.
    async fn sign_certificate(
        &self,
        account: AccountId,
        id: CertificateId,
        order: &Order,
        approval: &Approval,
        keys: &MadeKeys,
    ) -> Result<(Certificate, Vec<String>), Error> {
        let now = self.clock.now();
        let (authority, _) = approval.issuing.at(now)?;
        let (shard, pointers) = match &approval.issuing.pointers {
            Some(pointers) => (None, pointers.clone()),
            None => self.next_shard(authority).await?,
        };
        let own_key = match (&keys.signing, &order.holder) {
            (Some(key), _) => &key.public_key,
            (None, Holder::Elsewhere(key)) => key,
            (None, Holder::Here(_)) => {
                return Err(Error::inconsistent("a certificate is to be made without its key"));
            }
        };
        let usage = match &keys.encryption {
            Some(_) => SM2_SIGNING,
            None => order.content.key_usage,
        };
        let own = self.sign_one(order, approval, &pointers, (own_key, usage)).await?;
        let mut notes = own.notes;
        let asked = order.content.key_usage;
        let encryption = match &keys.encryption {
            None => None,
            Some(key) => {
                if !asked.is_empty() {
                    notes.push("an SM2 pair has its own key usages; key_usages ignored".to_owned());
                }
                let of_pair = (&key.public_key, SM2_ENCRYPTION);
                let other = self.sign_one(order, approval, &pointers, of_pair).await?;
                let SignedLeaf { serial, der, .. } = other;
                Some(EncryptionCertificate { serial, key: key.binding.id, der })
            }
        };
        let certificate = Certificate {
            id,
            account,
            issuer: authority.id,
            issuer_name: approval.issuing.shown_name.clone(),
            distinguished_name: DistinguishedName::of(&own.subject),
            key_algorithm: approval.key_algorithm,
            hash: approval.algorithm.hash(),
            mode: match order.holder {
                Holder::Elsewhere(_) => GenerationMode::Csr,
                Holder::Here(_) => GenerationMode::Generate,
            },
            serial: own.serial,
            not_before: approval.window.not_before,
            not_after: approval.window.not_after,
            created_at: now,
            enterprise_project: order.enterprise_project.clone(),
            key: keys.signing.as_ref().map(|key| key.binding.id),
            encryption,
            shard,
            revoked: None,
            tags: Tags::default(),
            der: own.der,
        };
        Ok((certificate, notes))
    }

    /// Signs one certificate, for this key with these usages.
    async fn sign_one(
        &self,
        order: &Order,
        approval: &Approval,
        pointers: &Pointers,
        (public_key, key_usage): (&PublicKey, KeyUsage),
    ) -> Result<SignedLeaf, Error> {
        let Issuing { lineage, key, identity, .. } = &*approval.issuing;
        let leaf = LeafProfile {
            subject: approval.subject.clone(),
            public_key: public_key.clone(),
            window: approval.window,
            pointers: pointers.clone(),
            content: LeafContent { key_usage, ..order.content.clone() },
        };
        let draft = Draft::leaf(leaf, identity.clone(), &*self.random)?;
        let linted: Linted = draft.lint(&lineage.certificates)?;
        linted.sign_leaf(&*self.keys, key, approval.algorithm).await
    }
}

/// The hash that an authority signs with where nobody chooses one: that of its own certificate's
/// signature, as far as its key goes with it.
fn hash_of(authority: &Authority, issued: &Issued) -> HashAlgorithm {
    let own = issued.hash;
    if SignatureAlgorithm::for_key(authority.key_algorithm, own).is_ok() {
        own
    } else {
        crate::keys::request_hash(authority.key_algorithm)
    }
}

/// What the audit trail tells of a new certificate.
fn told(certificate: &Certificate, asked: &[String], found: &[String]) -> String {
    let mut parts = vec![
        format!("issuer {}", certificate.issuer),
        format!("serial number {}", certificate.serial.to_hex()),
    ];
    if let Some(encryption) = &certificate.encryption {
        parts.push(format!("for encryption {}", encryption.serial.to_hex()));
    }
    parts.extend(asked.iter().chain(found).cloned());
    parts.join("; ")
}
