//! Signs an authority's certificate: by itself, or by another authority of the account.

use ledger::{AccountId, Changes, Timestamp};
use x509::{AttributeType, Certificate, KeyAlgorithm, KeyFamily, KeyUsage, Name, PublicKey};
use x509::{HashAlgorithm, SignatureAlgorithm};

use super::lineage::{Lineage, not_issuing};
use super::{GenerationMode, Issuance, Issued, Issuer, Status};
use crate::keys::signature_algorithm;
use crate::pointers::Pointers;
use crate::profile::{self, AskedOfAuthority, AuthorityProfile, Draft, IssuerIdentity};
use crate::validity::{Validity, Window};
use crate::{Error, KeyRecord, Pki, Record, path_length};

/// The authority that is to get a certificate.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    /// Its subject.
    pub(crate) subject: Name,
    /// The kind of its key.
    pub(crate) key_algorithm: KeyAlgorithm,
    /// The usages that are asked for.
    pub(crate) key_usage: KeyUsage,
}

/// An issuance that the records allow, before there is need of the child's key.
#[derive(Debug)]
pub(crate) struct Approval {
    child: Child,
    signer: Signer,
    algorithm: SignatureAlgorithm,
    window: Window,
    path_length: Option<u8>,
    asked: AskedOfAuthority,
}

/// Who signs.
#[derive(Debug)]
enum Signer {
    Authority(Box<Lineage>),
    Itself,
}

impl Pki {
    /// Whether the child may sign itself for so long.
    pub(crate) fn approve_root(
        &self,
        child: Child,
        hash: HashAlgorithm,
        validity: Validity,
    ) -> Result<Approval, Error> {
        Ok(Approval {
            algorithm: signature_algorithm(child.key_algorithm, hash)?,
            window: validity.window(self.clock.now(), None)?,
            path_length: None,
            signer: Signer::Itself,
            asked: AskedOfAuthority::default(),
            child,
        })
    }

    /// Whether the authority that the issuance names may sign the child: its status, validity,
    /// path length, algorithms, and whom all above it allow it to certify.
    pub(crate) async fn approve(
        &self,
        account: AccountId,
        child: Child,
        issuance: Issuance,
    ) -> Result<Approval, Error> {
        let now = self.clock.now();
        profile::check_agreement(child.key_usage)?;
        let issuer = self.private_authority(account, issuance.issuer).await?;
        let status = issuer.value.status(now);
        if status != Status::Active {
            return Err(not_issuing(&issuer.value, status));
        }
        let lineage = self.lineage(account, issuer).await?;
        let (authority, issued) = lineage.issuing(now)?;
        check_families(child.key_algorithm, authority.key_algorithm)?;
        let algorithm = signature_algorithm(authority.key_algorithm, issuance.hash)?;
        path_length::check(issued.effective_path_length, issuance.path_length)?;
        let window = issuance.validity.window(now, Some(issued.window()))?;
        for above in &lineage.certificates {
            profile::check_subject(&child.subject, &[], above)?;
        }
        Ok(Approval {
            child,
            signer: Signer::Authority(Box::new(lineage)),
            algorithm,
            window,
            path_length: Some(issuance.path_length),
            asked: AskedOfAuthority::default(),
        })
    }

    /// Signs what was approved, for the child's key.
    pub(crate) async fn issue(
        &self,
        approval: &Approval,
        child_key: &KeyRecord,
    ) -> Result<Issued, Error> {
        let Signer::Itself = &approval.signer else {
            return self.issue_for(approval, &child_key.public_key).await;
        };
        let itself = IssuerIdentity {
            subject: approval.child.subject.clone(),
            key_identifier: child_key.public_key.key_identifier().to_vec(),
        };
        let profile = approval.profile(&child_key.public_key, Pointers::default());
        let linted = Draft::authority(profile, itself, &*self.random)?.lint([])?;
        let certificate = linted.sign(&*self.keys, child_key, approval.algorithm).await?;
        Ok(Issued {
            effective_path_length: path_length::below(None, approval.path_length),
            ..Issued::read(&certificate, &child_key.public_key, approval.algorithm.hash())
        })
    }

    /// Has an authority sign what was approved, for a key that may be elsewhere.
    pub(crate) async fn issue_for(
        &self,
        approval: &Approval,
        child_key: &PublicKey,
    ) -> Result<Issued, Error> {
        let Signer::Authority(lineage) = &approval.signer else {
            return Err(Error::inconsistent("a root is to be signed without its key"));
        };
        let (authority, issued) = lineage.issuing(self.clock.now())?;
        let identity = IssuerIdentity {
            subject: issued.subject.clone(),
            key_identifier: issued.key_identifier.clone(),
        };
        let pointers = self.pointers(authority, None).await?;
        let profile = approval.profile(child_key, pointers);
        let linted =
            Draft::authority(profile, identity, &*self.random)?.lint(&lineage.certificates)?;
        let key = self.authority_key(authority).await?.value;
        let certificate = linted.sign(&*self.keys, &key, approval.algorithm).await?;
        Ok(Issued {
            issuer: Issuer::Authority(authority.id),
            issuer_name: Some(shown_name(&issued.subject)),
            effective_path_length: path_length::below(
                issued.effective_path_length,
                approval.path_length,
            ),
            ..Issued::read(&certificate, child_key, approval.algorithm.hash())
        })
    }
}

impl Approval {
    /// What the certificate for this key will say.
    fn profile(&self, public_key: &PublicKey, pointers: Pointers) -> AuthorityProfile {
        AuthorityProfile {
            subject: self.child.subject.clone(),
            public_key: public_key.clone(),
            key_usage: self.child.key_usage,
            path_length: self.path_length,
            window: self.window,
            pointers,
            asked: self.asked.clone(),
        }
    }

    /// The same for a child whose certification request asks for more.
    pub(crate) fn asking(self, asked: AskedOfAuthority) -> Self {
        Self { asked, ..self }
    }

    /// Lets the change hold only while the known authorities above are as they were read.
    pub(crate) fn expected_by(&self, changes: Changes<Record>) -> Changes<Record> {
        match &self.signer {
            Signer::Authority(lineage) => lineage.expected_by(changes),
            Signer::Itself => changes,
        }
    }
}

impl Issued {
    /// What a certificate says of itself; it is taken for a root's as long as nobody tells who
    /// signed it.
    pub(crate) fn read(
        certificate: &Certificate,
        public_key: &PublicKey,
        hash: HashAlgorithm,
    ) -> Self {
        let path_length = certificate.basic_constraints().and_then(|own| own.path_len());
        // A certificate from outside may lack the identifier; then nobody compares with it.
        let key_identifier = certificate
            .subject_key_identifier()
            .map_or_else(|| public_key.key_identifier().to_vec(), <[u8]>::to_vec);
        Self {
            issuer: Issuer::Itself,
            issuer_name: None,
            mode: GenerationMode::Generate,
            hash,
            serial: certificate.serial().clone(),
            not_before: Timestamp::from_seconds(certificate.not_before().0),
            not_after: Timestamp::from_seconds(certificate.not_after().0),
            path_length,
            effective_path_length: path_length,
            subject: certificate.subject().clone(),
            key_identifier,
            certificate: certificate.der().to_vec(),
            imported_chain: Vec::new(),
        }
    }
}

/// Refuses SM2 keys and others in one chain (GM/T 0015).
pub(crate) fn check_families(child: KeyAlgorithm, issuer: KeyAlgorithm) -> Result<(), Error> {
    if (child.family() == KeyFamily::Sm2) == (issuer.family() == KeyFamily::Sm2) {
        return Ok(());
    }
    Err(Error::IssuerRefuses(format!(
        "its key is {issuer} and the new one {child}; SM2 and other keys do not mix in one chain"
    )))
}

/// How an issuer is called: its common name, or its whole name where it has none.
pub(crate) fn shown_name(subject: &Name) -> String {
    subject.attribute(AttributeType::CommonName).unwrap_or_else(|| subject.to_string())
}
