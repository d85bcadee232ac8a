//! Creates a certificate for a key that the service makes.

use ledger::{Author, CaId, CertificateId};
use x509::{Extension, GeneralName, HashAlgorithm, KeyAlgorithm, KeyUsage, Oid};

use super::issue::{Holder, Order, Subject};
use crate::profile::{self, LeafContent};
use crate::validity::Validity;
use crate::{DistinguishedName, Error, Pki};

/// The certificate to create.
#[derive(Clone, Debug)]
pub struct NewCertificate {
    /// Who issues it.
    pub issuer: CaId,
    /// Its subject: a common name; the other parts come from the issuer's where they are empty.
    pub subject: DistinguishedName,
    /// The kind of its key; `None` is that of its issuer.
    pub key_algorithm: Option<KeyAlgorithm>,
    /// The hash of its signature; `None` is that of its issuer's own certificate.
    pub hash: Option<HashAlgorithm>,
    /// How long.
    pub validity: Validity,
    /// The enterprise project; `0` is the default one.
    pub enterprise_project: String,
    /// What it may be used for, and by which other names its holder goes.
    pub content: NewContent,
}

/// The extensions that a request may ask for; what is empty is not in the certificate.
#[derive(Clone, Debug, Default)]
pub struct NewContent {
    /// Its key usages.
    pub key_usage: KeyUsage,
    /// Its extended key usages.
    pub purposes: Vec<Oid>,
    /// Its alternative names.
    pub names: Vec<GeneralName>,
    /// An extension of the user's own.
    pub customized: Option<CustomizedExtension>,
}

/// An extension of the user's own: not critical, its value a UTF8String.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CustomizedExtension(Extension);

impl CustomizedExtension {
    /// The extension with this object identifier, in dotted decimal form, and this text.
    ///
    /// # Errors
    ///
    /// `Invalid` for an identifier that is malformed or already has a meaning in certificates, and
    /// for a text that is empty, longer than 64 characters, or has characters that nobody sees.
    pub fn new(identifier: &str, text: &str) -> Result<Self, Error> {
        profile::customized_extension(identifier, text).map(Self)
    }
}

impl Pki {
    /// Creates a certificate together with its key, which is exported with it. Below an SM2
    /// authority it is a pair (GM/T 0015): one for signatures, one for encryption.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound` and `AuthorityStatus` for the issuer; what the rules refuse, by cause;
    /// `QuotaReached` when the account has as many as it may.
    pub async fn create_certificate(
        &self,
        author: &Author,
        new: NewCertificate,
    ) -> Result<CertificateId, Error> {
        let NewContent { key_usage, purposes, names, customized } = new.content;
        let customized = customized.map(|CustomizedExtension(extension)| extension);
        let order = Order {
            issuer: new.issuer,
            subject: Subject::Inheriting(new.subject),
            holder: Holder::Here(new.key_algorithm),
            hash: new.hash,
            validity: new.validity,
            content: LeafContent { key_usage, purposes, names, customized },
            enterprise_project: new.enterprise_project,
            notes: Vec::new(),
        };
        self.issue_certificate(author, "create_certificate", order).await
    }
}
