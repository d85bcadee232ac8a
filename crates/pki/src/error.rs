//! Why an operation failed.

use ledger::{CaId, CertificateId, CsrId, Quota, StoreError};
use x509::extension::KeyUsage;

use crate::KeyError;
use crate::authority::{OcspSwitch, Status};
use crate::certificate::CertificateStatus;

/// The request's field that a rule refused, by its meaning; each API has its own word for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Field {
    /// The certificate to import.
    Certificate,
    /// Its chain.
    CertificateChain,
    /// Subject: CN.
    CommonName,
    /// Subject: C.
    Country,
    /// The certification request.
    Csr,
    /// An extension of the user's own.
    CustomizedExtension,
    /// The main domain name.
    DomainName,
    /// The kind of key.
    KeyAlgorithm,
    /// The key usages.
    KeyUsage,
    /// Subject: L.
    Locality,
    /// The user's name for the object.
    Name,
    /// Subject: O.
    Organization,
    /// Subject: OU.
    OrganizationalUnit,
    /// The path length.
    PathLength,
    /// For how many days something can be restored.
    PendingDays,
    /// The private key.
    PrivateKey,
    /// The further names.
    Sans,
    /// Subject: ST.
    State,
    /// The whole subject.
    Subject,
    /// The signature's hash.
    SignatureAlgorithm,
    /// The key of a tag.
    TagKey,
    /// The value of a tag.
    TagValue,
    /// The transaction id.
    Transaction,
    /// The validity.
    Validity,
}

/// Why an operation failed.
///
/// One variant for each cause that some caller can act on; everything else is
/// [`Error::Internal`]. No variant knows a wire format: each front-end turns these into its own
/// codes, in its own `error.rs`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such authority in this account.
    #[error("certificate authority {0} does not exist")]
    AuthorityNotFound(CaId),
    /// An authority above this one was removed, so that nothing vouches for its chain any more.
    #[error("the certificate authority above {id} does not exist any more")]
    AncestorGone {
        /// The authority whose issuer is not there.
        id: CaId,
    },
    /// The authority's status forbids the operation.
    #[error("certificate authority {id} is {status}; {needed}")]
    AuthorityStatus {
        /// Which.
        id: CaId,
        /// Its status.
        status: Status,
        /// What the operation needs: "only a PENDING one has a CSR to export".
        needed: &'static str,
    },
    /// No agency of the account lets the service use its buckets.
    #[error(
        "the account has no agency for its buckets; create it first (POST \
         /v1/private-certificate-authorities/obs/agencies)"
    )]
    AgencyMissing,
    /// No such bucket is there for this account.
    #[error(
        "there is no bucket {0}; GET /v1/private-certificate-authorities/obs/buckets lists them"
    )]
    BucketNotFound(String),
    /// Too much of the same kind is under way; nothing happened.
    #[error("the server is busy; try again")]
    Busy,
    /// No such certificate in this account.
    #[error("certificate {0} does not exist")]
    CertificateNotFound(CertificateId),
    /// The certificate's status forbids the operation.
    #[error("certificate {id} is {status}; {needed}")]
    CertificateStatus {
        /// Which.
        id: CertificateId,
        /// Its status.
        status: CertificateStatus,
        /// What the operation needs: "only an ISSUED one is exported".
        needed: &'static str,
    },
    /// Company fields are mandatory and neither the request nor the account's profile has them.
    #[error("missing company fields: {}", .0.join(", "))]
    CompanyMissing(Vec<&'static str>),
    /// Others changed the same records again and again.
    #[error("the record was changed by someone else; try again")]
    Conflict,
    /// Its CRLs are published otherwise; that is not changed on the way.
    #[error(
        "CRLs of certificate authority {0} are on already, with another configuration; disable them \
         first"
    )]
    CrlEnabled(CaId),
    /// Another authority has or had this place for its CRL. Its certificates name it for ever.
    #[error(
        "{bucket}/{name}.crl is the CRL of another certificate authority; choose another crl_name"
    )]
    CrlNameTaken {
        /// The bucket.
        bucket: String,
        /// The name in it.
        name: String,
    },
    /// Nobody wants CRLs of this authority.
    #[error("certificate authority {0} makes no CRLs: its crl_configuration does not enable them")]
    CrlDisabled(CaId),
    /// No such certification request in this account.
    #[error("certification request {0} does not exist")]
    CsrNotFound(CsrId),
    /// There is no such file of this certificate.
    #[error("{0}")]
    ExportForm(&'static str),
    /// Nothing that a caller could act on; the cause is for the log.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A value breaks a rule.
    #[error("{problem}")]
    Invalid {
        /// Which value.
        field: Field,
        /// What is wrong with it, for the user.
        problem: String,
    },
    /// The issuing authority does not allow these key usages or this child.
    #[error("the issuing certificate authority cannot issue this: {0}")]
    IssuerRefuses(String),
    /// The authority that issued the certificate was removed, so that nothing vouches for its chain.
    #[error("the certificate authority that issued certificate {0} does not exist any more")]
    IssuerGone(CertificateId),
    /// The key usage lacks what an authority must have.
    #[error("{}", key_usage_text(*.0))]
    KeyUsage(KeyUsage),
    /// An address would be needed that relying parties can fetch from.
    #[error(
        "nobody could find it: the URL of the public listener is not known; the administrator sets \
         it with public_url; without that the public listener must be there, and every listener on a \
         loopback address"
    )]
    PublicUrlUnknown,
    /// OCSP stands so already.
    #[error("OCSP of certificate authority {id} is {} already", match .stands {
        OcspSwitch::Off => "off",
        OcspSwitch::On => "on",
    })]
    OcspSwitched {
        /// Whose.
        id: CaId,
        /// How it stands.
        stands: OcspSwitch,
    },
    /// The certificate or the key belongs to another public key.
    #[error("the public keys do not match")]
    PublicKeyMismatch,
    /// As many as allowed are there.
    #[error("{}", quota_text(*quota, *most))]
    QuotaReached {
        /// Of what.
        quota: Quota,
        /// How many are allowed.
        most: i64,
    },
    /// A root has no issuer that could revoke it.
    #[error("certificate authority {0} is a root; only a subordinate one can be revoked")]
    RootRevocation(CaId),
    /// The authority or the certificate has as many tags as it may.
    #[error("a certificate authority or a certificate may have at most {most} tags")]
    TooManyTags {
        /// How many are allowed.
        most: usize,
    },
    /// The transaction id was used for another request, or is used up.
    #[error("{0}")]
    TransactionConflict(&'static str),
    /// No such transaction waits in this project.
    #[error("the transaction does not exist or has expired")]
    TransactionNotFound,
}

/// Says which key usages they are and which an authority may have.
fn key_usage_text(usage: KeyUsage) -> String {
    let names: Vec<_> = usage.names().collect();
    format!(
        "key usage {} does not suit a certificate authority: it needs keyCertSign, and takes \
         encipherOnly and decipherOnly only with keyAgreement",
        names.join(", ")
    )
}

/// Says which quota is used up and what can be done.
fn quota_text(quota: Quota, most: i64) -> String {
    match quota {
        Quota::Authorities => format!(
            "the account may have {most} certificate authorities, pending and ordered ones \
             included; delete some, or have the administrator raise quota.ca"
        ),
        Quota::Certificates => format!(
            "the account has its {most} certificates; the administrator can raise quota.certificate"
        ),
        Quota::Csrs => format!(
            "the account has its {most} certification requests; the administrator can raise \
             quota.csr"
        ),
        Quota::Groups
        | Quota::GroupsOfUser
        | Quota::Policies
        | Quota::PoliciesAttached
        | Quota::Sharded
        | Quota::Unpublished
        | Quota::Users => format!("the quota of {most} is used up"),
        Quota::WorkspaceAuthorities => format!(
            "the project has its {most} Workspace certificate authorities, pending ones included; \
             a pending one expires after 7 days, or goes at once when it is deleted by its \
             transaction id"
        ),
    }
}

impl Error {
    /// Something that no caller can act on.
    pub(crate) fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// Records that contradict each other, which no caller can act on.
    pub(crate) fn inconsistent(contradiction: &'static str) -> Self {
        Self::Internal(contradiction.into())
    }

    /// A value that breaks a rule.
    pub(crate) fn invalid(field: Field, problem: impl Into<String>) -> Self {
        Self::Invalid { field, problem: problem.into() }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        if error.is_busy() { Self::Busy } else { Self::Internal(Box::new(error)) }
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Busy => Self::Busy,
            KeyError::Mismatch | KeyError::NotExportable | KeyError::Unusable(_) => {
                Self::Internal(Box::new(error))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_busy_is_no_failure() {
        assert!(matches!(Error::from(StoreError::busy("full")), Error::Busy));
        assert!(matches!(Error::from(StoreError::new("broken")), Error::Internal(_)));
    }

    #[test]
    fn a_quota_says_what_it_counts_its_size_and_the_way_out() {
        for (quota, words) in [
            (Quota::Authorities, ["account may have 5 certificate authorities", "quota.ca"]),
            (Quota::Csrs, ["account has its 5 certification requests", "quota.csr"]),
            (Quota::WorkspaceAuthorities, ["project has its 5 Workspace", "expires after 7 days"]),
        ] {
            let text = Error::QuotaReached { quota, most: 5 }.to_string();
            assert!(words.into_iter().all(|word| text.contains(word)), "{text}");
        }
    }

    #[test]
    fn key_usages_are_told_as_a_plain_list() {
        let usage = KeyUsage::DATA_ENCIPHERMENT.union(KeyUsage::ENCIPHER_ONLY);

        let text = Error::KeyUsage(usage).to_string();

        assert!(text.starts_with("key usage dataEncipherment, encipherOnly does not"), "{text}");
    }
}
