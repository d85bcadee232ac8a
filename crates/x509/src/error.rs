//! Why a request, a certificate or a CRL was not read.

use crate::{der::DerError, key::KeyError, oid::Oid, pem::PemError};

/// Why bytes or text are not the certification request, certificate or CRL they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// A part does not follow its ASN.1 definition or the rules of DER (X.690 §10, §11).
    #[error("malformed {part}")]
    Malformed {
        /// The part, in the standards' words (`subject`, `basicConstraints`, …).
        part: &'static str,
        /// What is wrong with its bytes.
        #[source]
        source: DerError,
    },
    /// There are more octets than any honest object of this kind needs.
    #[error("more than {limit} octets")]
    TooLarge {
        /// The most octets that are read.
        limit: usize,
    },
    /// Two extensions carry one OID (RFC 5280 §4.2).
    #[error("extension {0} appears twice")]
    DuplicateExtension(Oid),
    /// A critical extension that is not processed, without which the rest must not be used
    /// (RFC 5280 §5.2).
    #[error("critical extension {0} is not known")]
    UnknownCriticalExtension(Oid),
    /// The algorithm named outside the signed part is not the one inside (RFC 5280 §4.1.1.2).
    #[error("the two signature algorithm fields differ")]
    AlgorithmsDiffer,
    /// The public key is malformed or of a kind that is not supported.
    #[error("public key: {0}")]
    Key(#[from] KeyError),
    /// The text is not one PEM block of the expected kind.
    #[error("{0}")]
    Pem(#[from] PemError),
}

/// Names the part that was being read when `DerError` arose.
pub(crate) trait Part<T> {
    /// Turns the error into [`ParseError::Malformed`] of `part`.
    fn part(self, part: &'static str) -> Result<T, ParseError>;
}

impl<T> Part<T> for Result<T, DerError> {
    fn part(self, part: &'static str) -> Result<T, ParseError> {
        self.map_err(|source| ParseError::Malformed { part, source })
    }
}
