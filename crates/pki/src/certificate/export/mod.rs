//! Exports a certificate with its chain and, where the service made it, its private key.

mod file_name;
mod pack;
mod pack_sm2;
mod texts;

pub use file_name::file_stem;
pub use texts::ExportedTexts;

use std::sync::Arc;

use ledger::{Author, CertificateId, KeyId, Random, Timestamp, Versioned};
use x509::bundle::{Password, SignedAndEnveloped, pkcs12};
use x509::key::{KeyAlgorithm, PrivateKey};
use zeroize::Zeroizing;

use super::{Certificate, CertificateStatus, EncryptionCertificate};
use crate::commit::{Decisions, Settled};
use crate::keys::signature_algorithm;
use crate::{Error, Objects, Pki};

/// For which program the files are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServerType {
    /// Apache httpd: key, certificate and chain apart.
    Apache,
    /// IIS: a PKCS #12 file.
    Iis,
    /// nginx: the certificate and its chain in one file.
    Nginx,
    /// Any other: as for Apache, and all that there is of SM2.
    Other,
    /// Tomcat: a JKS file.
    Tomcat,
}

/// In what the files are handed over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Packaging {
    /// All in one zip archive.
    Archive,
    /// Each as a text of its own.
    Texts,
}

/// How the encryption key of an SM2 pair is protected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EncryptionKeyForm {
    /// In envelopes that the signing key opens (GM/T 0009, GM/T 0010).
    Enveloped,
    /// As every other private key.
    Pem,
}

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct ExportOptions {
    /// For which program.
    pub server: ServerType,
    /// In what.
    pub packaging: Packaging,
    /// How an SM2 pair's second key; nothing else has one.
    pub encryption_key: EncryptionKeyForm,
    /// What encrypts private keys; none leaves them plain, and has key stores take a new password.
    pub password: Option<Password>,
}

/// What was exported.
#[derive(Debug)]
pub enum ExportedCertificate {
    /// A zip archive.
    Archive {
        /// `<common name>_<server type>.zip`, fit for every file system.
        name: String,
        /// Its octets.
        octets: Zeroizing<Vec<u8>>,
    },
    /// Texts.
    Texts(ExportedTexts),
}

/// Everything that an export consists of, with its private keys open. The audit trail tells
/// already that it leaves.
pub struct OpenedExport {
    options: ExportOptions,
    certificate: Certificate,
    /// The certificates above it, nearest first.
    chain: Vec<x509::Certificate>,
    key: Option<PrivateKey>,
    encryption: Option<OpenedEncryption>,
    protection: pkcs12::Protection,
    at: Timestamp,
    random: Arc<dyn Random>,
}

/// The encryption half of an SM2 pair.
struct OpenedEncryption {
    der: Vec<u8>,
    key: PrivateKey,
    /// The authority's signature over the key's scalar, where the envelope wants one.
    signature: Option<Vec<u8>>,
}

impl Pki {
    /// Opens all that an export of the certificate `id` consists of. Where a private key is among
    /// it, the audit event that tells of it is durable before this returns.
    ///
    /// [`OpenedExport::pack`] makes the files; it takes up to a tenth of a second of a core.
    ///
    /// # Errors
    ///
    /// `CertificateNotFound`; `CertificateStatus` unless it is issued; `IssuerGone` and
    /// `AncestorGone` when an authority above it does not exist any more; `ExportForm` for a form
    /// in which there is no export of such a certificate.
    pub async fn open_export(
        &self,
        author: &Author,
        id: CertificateId,
        options: ExportOptions,
    ) -> Result<OpenedExport, Error> {
        let mut decisions = Decisions::default();
        loop {
            let at = self.clock.now();
            let replica = self.replica().await;
            let rows: &dyn Objects = &*replica;
            let found = rows.certificate(author.account, id).await?;
            let Versioned { value: certificate, version } =
                found.ok_or(Error::CertificateNotFound(id))?;
            let status = certificate.status(at);
            if status != CertificateStatus::Issued {
                let needed = "only an ISSUED one is exported";
                return Err(Error::CertificateStatus { id, status, needed });
            }
            check_form(&certificate, &options)?;
            let issuer = self.present_in(rows, author.account, certificate.issuer).await?;
            let issuer = issuer.ok_or(Error::IssuerGone(id))?;
            let lineage = self.lineage_in(rows, author.account, issuer).await?;
            let opened = OpenedExport {
                key: self.opened_key(rows, &certificate).await?,
                encryption: match &certificate.encryption {
                    Some(pair) => {
                        let form = options.encryption_key;
                        Some(self.opened_encryption(rows, &certificate, (pair, form)).await?)
                    }
                    None => None,
                },
                chain: lineage.certificates,
                certificate,
                options: options.clone(),
                protection: self.settings.pkcs12,
                at,
                random: Arc::clone(&self.random),
            };
            drop(replica);
            if opened.key.is_none() && opened.encryption.is_none() {
                return Ok(opened);
            }
            let mut event = author.event(at, "export_certificate", id);
            event.detail = Some(opened.told());
            let changes = self.changes(author, event).expect(opened.certificate.row(), version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(opened);
            }
        }
    }

    /// The private key, of a certificate whose key was made here.
    async fn opened_key(
        &self,
        rows: &dyn Objects,
        certificate: &Certificate,
    ) -> Result<Option<PrivateKey>, Error> {
        match certificate.key {
            Some(key) => self.opened(rows, certificate, key).await.map(Some),
            None => Ok(None),
        }
    }

    /// The encryption half of an SM2 pair.
    async fn opened_encryption(
        &self,
        rows: &dyn Objects,
        certificate: &Certificate,
        (pair, form): (&EncryptionCertificate, EncryptionKeyForm),
    ) -> Result<OpenedEncryption, Error> {
        let key = self.opened(rows, certificate, pair.key).await?;
        let signature = match form {
            EncryptionKeyForm::Enveloped => Some(self.signed_key(certificate, &key).await?),
            EncryptionKeyForm::Pem => None,
        };
        Ok(OpenedEncryption { der: pair.der.clone(), key, signature })
    }

    /// The issuing authority's signature over what the envelope of `key` has inside.
    async fn signed_key(
        &self,
        certificate: &Certificate,
        key: &PrivateKey,
    ) -> Result<Vec<u8>, Error> {
        let issuer = self.present_authority(certificate.account, certificate.issuer).await?;
        let issuer = issuer.ok_or(Error::IssuerGone(certificate.id))?.value;
        let signer = self.authority_key(&issuer).await?.value;
        let recipient = x509::Certificate::from_der(&certificate.der).map_err(Error::internal)?;
        let content = SignedAndEnveloped { key, recipient: &recipient }
            .to_be_signed()
            .map_err(Error::internal)?;
        let algorithm = signature_algorithm(signer.algorithm, x509::HashAlgorithm::Sm3)?;
        Ok(self.keys.sign(&signer, algorithm, &content).await?)
    }

    /// A key of the certificate, which was just read.
    ///
    /// # Errors
    ///
    /// `CertificateNotFound` when it was deleted since.
    async fn opened(
        &self,
        rows: &dyn Objects,
        certificate: &Certificate,
        key: KeyId,
    ) -> Result<PrivateKey, Error> {
        let (account, id) = (certificate.account, certificate.id);
        let Some(record) = rows.key(key).await? else {
            return Err(match rows.certificate(account, id).await? {
                None => Error::CertificateNotFound(id),
                Some(_) => Error::inconsistent("a certificate has no key"),
            });
        };
        let pem = self.keys.export(&record.value).await?;
        PrivateKey::from_pem(&pem).map_err(Error::internal)
    }
}

/// Refuses the forms that there are not.
fn check_form(certificate: &Certificate, options: &ExportOptions) -> Result<(), Error> {
    let ExportOptions { server, packaging, .. } = options;
    if certificate.key_algorithm == KeyAlgorithm::Sm2 && *server != ServerType::Other {
        return Err(Error::ExportForm("an SM2 certificate is exported for OTHER only"));
    }
    let is_store = matches!(server, ServerType::Iis | ServerType::Tomcat);
    if is_store && *packaging == Packaging::Texts && certificate.key.is_some() {
        return Err(Error::ExportForm(
            "the key store for IIS or TOMCAT is a file: set is_compressed to true, or choose \
             another type",
        ));
    }
    Ok(())
}

impl OpenedExport {
    /// Makes the files. Long work of a processor: to be done where no other request waits for it.
    ///
    /// # Errors
    ///
    /// `Internal` when the cryptographic library fails.
    pub fn pack(self) -> Result<ExportedCertificate, Error> {
        match self.options.packaging {
            Packaging::Archive => {
                let server = self.options.server.word();
                let stem = file_stem(&self.certificate.distinguished_name.common_name);
                let archive = self.archive()?;
                let octets = archive.into_bytes().map_err(Error::internal)?;
                Ok(ExportedCertificate::Archive { name: format!("{stem}_{server}.zip"), octets })
            }
            Packaging::Texts => Ok(ExportedCertificate::Texts(self.texts()?)),
        }
    }

    /// What the audit trail tells of it.
    fn told(&self) -> String {
        let server = self.options.server.word();
        let password = if self.options.password.is_some() { "with" } else { "without" };
        format!("for {server}, {password} a password of the caller")
    }

    /// The certificate with those above it, nearest first, DER.
    fn all_der(&self) -> Vec<Vec<u8>> {
        std::iter::once(self.certificate.der.clone()).chain(self.chain_der()).collect()
    }

    /// The certificates above it, nearest first, DER.
    fn chain_der(&self) -> Vec<Vec<u8>> {
        self.chain.iter().map(|above| above.der().to_vec()).collect()
    }
}

impl ServerType {
    /// The word in the names of archives.
    fn word(self) -> &'static str {
        match self {
            Self::Apache => "apache",
            Self::Iis => "iis",
            Self::Nginx => "nginx",
            Self::Other => "other",
            Self::Tomcat => "tomcat",
        }
    }
}
