//! Creates a certificate, of somebody or of an authority elsewhere, from a certification request.

use ledger::{Author, CaId, CertificateId};
use x509::{CertificationRequest, HashAlgorithm, KeyFamily, KeyUsage, Name, Oid, oid};

use super::issue::{Holder, Order, Subject};
use crate::authority::issue::Child;
use crate::authority::{
    Authority, Charging, GenerationMode, Home, Issuance, Issued, Kind, OcspSwitch, State,
};
use crate::commit::{Decisions, Settled};
use crate::profile::{self, AUTHORITY_ONLY, AskedOfAuthority, LeafContent};
use crate::subject::reencoded;
use crate::validity::Validity;
use crate::{DistinguishedName, Error, Field, Pki, Tags};

/// The extended usages that are taken from a request: those that Private CA offers.
const OFFERED: [Oid; 6] = [
    oid::SERVER_AUTH,
    oid::CLIENT_AUTH,
    oid::CODE_SIGNING,
    oid::EMAIL_PROTECTION,
    oid::TIME_STAMPING,
    oid::SMART_CARD_LOGON,
];

/// The usages of a leaf whose request names none.
const LEAF_USAGE: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::KEY_AGREEMENT);

/// The same for an RSA key, which agrees upon no keys (RFC 3279 §2.3.1).
const RSA_LEAF_USAGE: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::KEY_ENCIPHERMENT);

/// A certificate to create from a certification request, which says whose and for which key.
#[derive(Clone, Debug)]
pub struct NewCertificateByCsr {
    /// Who issues it.
    pub issuer: CaId,
    /// The request, PEM.
    pub request: String,
    /// How long.
    pub validity: Validity,
    /// The enterprise project; `0` is the default one.
    pub enterprise_project: String,
}

/// What is taken from a certification request; all else in it is dropped, basicConstraints first
/// of all.
struct Taken {
    request: CertificationRequest,
    subject: Name,
    purposes: Vec<Oid>,
    notes: Vec<String>,
}

impl Pki {
    /// Creates the certificate of somebody who has the key and made the request. Below an SM2
    /// authority it is a pair (GM/T 0015); the service makes the key of the one for encryption.
    ///
    /// # Errors
    ///
    /// `Invalid` for a request that cannot be used; `AuthorityNotFound` and `AuthorityStatus` for
    /// the issuer; what the rules refuse, by cause; `QuotaReached`.
    pub async fn create_certificate_by_csr(
        &self,
        author: &Author,
        new: NewCertificateByCsr,
    ) -> Result<CertificateId, Error> {
        let taken = self.take(&new.request).await?;
        let names = taken.request.subject_alt_names();
        if taken.subject.is_empty() && names.is_empty() {
            return Err(unfit("the CSR has neither a subject nor alternative names"));
        }
        let key = taken.request.public_key().clone();
        let key_usage = leaf_usage(taken.request.key_usage(), key.algorithm().family());
        // The refusal is of the request, which is the only field that there is.
        profile::check_leaf_usage(key_usage).map_err(|refusal| unfit(refusal.to_string()))?;
        let order = Order {
            issuer: new.issuer,
            subject: Subject::Whole(taken.subject),
            hash: Some(hash(key.algorithm().family())),
            holder: Holder::Elsewhere(key),
            validity: new.validity,
            content: LeafContent { key_usage, purposes: taken.purposes, names, customized: None },
            enterprise_project: new.enterprise_project,
            notes: taken.notes,
        };
        self.issue_certificate(author, "create_certificate_by_csr", order).await
    }

    /// Creates the certificate of an authority whose key is elsewhere, below which `path_length`
    /// others may follow. It is in no list and no quota, and issues nothing here.
    ///
    /// # Errors
    ///
    /// As [`Pki::create_certificate_by_csr`], and what is refused of a subordinate authority.
    pub async fn create_authority_by_csr(
        &self,
        author: &Author,
        new: NewCertificateByCsr,
        path_length: u8,
    ) -> Result<CaId, Error> {
        let taken = self.take(&new.request).await?;
        if taken.subject.is_empty() {
            return Err(unfit("the CSR has no subject, which a certificate authority needs"));
        }
        let key = taken.request.public_key();
        let asked = taken.request.key_usage().filter(|usage| !usage.is_empty());
        let key_usage = profile::authority_usage(asked.unwrap_or(profile::DEFAULT_USAGE));
        profile::check_agreement(key_usage).map_err(|refusal| unfit(refusal.to_string()))?;
        let issuance = Issuance {
            issuer: new.issuer,
            hash: hash(key.algorithm().family()),
            validity: new.validity,
            path_length,
        };
        let id = CaId::generate(&*self.clock, &*self.random);
        let mut decisions = Decisions::default();
        loop {
            let subject = taken.subject.clone();
            let child = Child { subject, key_algorithm: key.algorithm(), key_usage };
            let asked = AskedOfAuthority {
                names: taken.request.subject_alt_names(),
                purposes: taken.purposes.clone(),
            };
            let approval = self.approve(author.account, child, issuance).await?.asking(asked);
            let issued = self.issue_for(&approval, key).await?;
            let issued = Issued { mode: GenerationMode::Csr, ..issued };
            let now = self.clock.now();
            let mut event = author.event(now, "create_certificate_by_csr", id);
            let serial = issued.serial.to_hex();
            let told = [
                format!("a certificate authority; issuer {}", new.issuer),
                format!("serial number {serial}"),
            ];
            event.detail =
                Some(told.into_iter().chain(taken.notes.clone()).collect::<Vec<_>>().join("; "));
            let authority = Authority {
                id,
                account: author.account,
                home: Home::Outside,
                kind: Kind::Subordinate,
                distinguished_name: DistinguishedName::of(&taken.subject),
                key: None,
                key_algorithm: key.algorithm(),
                key_usage,
                enterprise_project: new.enterprise_project.clone(),
                charging: Charging::PayPerUse,
                ocsp: OcspSwitch::Off,
                created_at: now,
                tags: Tags::default(),
                state: State::active(issued),
            };
            let changes = approval.expected_by(self.changes(author, event).insert(authority));
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(id);
            }
        }
    }

    /// Reads a request and takes what may be taken.
    async fn take(&self, text: &str) -> Result<Taken, Error> {
        let request = self.verified_request(text)?;
        if self.store.is_authority_key(request.public_key()).await? {
            return Err(unfit(
                "the CSR carries the key of a certificate authority; make one with its own",
            ));
        }
        let (subject, mut notes) = reencoded(request.subject())?;
        let asked = request.extended_key_usage().map_or(&[][..], |usage| &usage.purposes);
        let (taken, dropped): (Vec<Oid>, Vec<Oid>) =
            asked.iter().cloned().partition(|purpose| OFFERED.contains(purpose));
        let mut purposes: Vec<Oid> = Vec::with_capacity(taken.len());
        for purpose in taken {
            if !purposes.contains(&purpose) {
                purposes.push(purpose);
            }
        }
        notes.extend(dropped.iter().map(|purpose| format!("extended key usage {purpose} dropped")));
        Ok(Taken { request, subject, purposes, notes })
    }
}

/// The usages of a leaf, from what its request asks for.
fn leaf_usage(asked: Option<KeyUsage>, family: KeyFamily) -> KeyUsage {
    let own = asked.unwrap_or_default().without(AUTHORITY_ONLY);
    match (own.is_empty(), family) {
        (false, _) => own,
        (true, KeyFamily::Rsa) => RSA_LEAF_USAGE,
        (true, KeyFamily::Ec | KeyFamily::Sm2) => LEAF_USAGE,
    }
}

/// The hash of what is issued for a request, which cannot name one. SM2 keys are below SM2
/// authorities only, and these sign with SM3.
fn hash(family: KeyFamily) -> HashAlgorithm {
    match family {
        KeyFamily::Sm2 => HashAlgorithm::Sm3,
        KeyFamily::Ec | KeyFamily::Rsa => HashAlgorithm::Sha384,
    }
}

fn unfit(problem: impl Into<String>) -> Error {
    Error::invalid(Field::Csr, problem)
}
