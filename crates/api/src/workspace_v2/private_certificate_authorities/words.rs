//! Workspace's words for what an authority is.

use pki::authority::{Authority, Kind};
use pki::workspace::WorkspaceStatus;
use x509::key::{HashAlgorithm, KeyAlgorithm};

/// The type of an authority.
pub(super) fn kind(authority: &Authority) -> &'static str {
    match authority.kind {
        Kind::Root => "ROOT",
        Kind::Subordinate => "SUBORDINATE",
    }
}

/// The status of an authority. `DELETE`, which the API has too, is never seen: what is deleted is
/// not shown.
pub(super) fn status(status: WorkspaceStatus) -> &'static str {
    match status {
        WorkspaceStatus::Disabled => "DISABLE",
        WorkspaceStatus::Enabled => "ENABLE",
        WorkspaceStatus::Expired => "EXPIRED",
    }
}

/// The kind of a key. Requests name RSA keys only.
pub(super) fn key_algorithm(algorithm: KeyAlgorithm) -> &'static str {
    match algorithm {
        KeyAlgorithm::Rsa2048 => "RSA-2048",
        KeyAlgorithm::Rsa3072 => "RSA-3072",
        KeyAlgorithm::Rsa4096 => "RSA-4096",
        KeyAlgorithm::EcP256 => "EC-P256",
        KeyAlgorithm::EcP384 => "EC-P384",
        KeyAlgorithm::Sm2 => "SM2",
    }
}

/// The hash of a certificate's signature: an outside authority may have chosen any.
pub(super) fn hash(hash: HashAlgorithm) -> &'static str {
    match hash {
        HashAlgorithm::Sha256 => "SHA-256",
        HashAlgorithm::Sha384 => "SHA-384",
        HashAlgorithm::Sha512 => "SHA-512",
        HashAlgorithm::Sm3 => "SM3",
    }
}
