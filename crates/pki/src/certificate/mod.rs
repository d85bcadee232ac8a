//! A certificate that an authority of the account issued to somebody who is none himself.

mod create;
mod create_by_csr;
mod delete;
mod export;
mod issue;
mod list;
mod parse;
mod quota;
mod revoke;
mod search;
mod show;
mod status;
mod view;
mod write_tags;

pub use create::{CustomizedExtension, NewCertificate, NewContent};
pub use create_by_csr::NewCertificateByCsr;
pub use export::{
    EncryptionKeyForm, ExportOptions, ExportedCertificate, ExportedTexts, OpenedExport, Packaging,
    ServerType, file_stem,
};
pub use list::{CertificateFilter, CertificateOrder, CertificateQuery};
pub use parse::ParsedRequest;
pub use status::CertificateStatus;
pub use view::CertificateView;

use ledger::{AccountId, CaId, CertificateId, KeyId, RowId, Table, Timestamp};
use x509::key::{HashAlgorithm, KeyAlgorithm};
use x509::serial::SerialNumber;

use crate::authority::GenerationMode;
use crate::{DistinguishedName, RevocationReason, Tags};

/// A certificate with what is read from it. Only its tags and its revocation ever change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certificate {
    /// Its identifier.
    pub id: CertificateId,
    /// Whose it is.
    pub account: AccountId,
    /// The authority that issued it.
    pub issuer: CaId,
    /// The issuer's common name.
    pub issuer_name: String,
    /// Its subject.
    pub distinguished_name: DistinguishedName,
    /// The kind of its key.
    pub key_algorithm: KeyAlgorithm,
    /// The hash of its signature.
    pub hash: HashAlgorithm,
    /// How it came about: for a key made here, or for a certification request.
    pub mode: GenerationMode,
    /// Its serial number.
    pub serial: SerialNumber,
    /// Start of its validity, a whole second.
    pub not_before: Timestamp,
    /// End of its validity, a whole second.
    pub not_after: Timestamp,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// The enterprise project; `0` is the default one.
    pub enterprise_project: String,
    /// Its key, if that was made here.
    pub key: Option<KeyId>,
    /// The second one of an SM2 pair (GM/T 0015): its own key and serial number, all else equal.
    pub encryption: Option<EncryptionCertificate>,
    /// The part of its issuer's CRL that it points to; `None` is the complete one.
    pub shard: Option<u32>,
    /// When and why it was revoked.
    pub revoked: Option<Revoked>,
    /// What its users wrote on it.
    pub tags: Tags,
    /// The certificate, DER.
    pub der: Vec<u8>,
}

/// The certificate of an SM2 pair that is for encryption; its key is always made here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EncryptionCertificate {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Its key.
    pub key: KeyId,
    /// The certificate, DER.
    pub der: Vec<u8>,
}

/// A revocation as the certificate's own record tells of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Revoked {
    /// When, a whole second.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

impl Certificate {
    /// The row of this certificate.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Certificates, self.id)
    }
}
