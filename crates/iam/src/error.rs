//! Why somebody was not let in.

use ledger::{CommitError, StoreError, Timestamp};

use crate::SealError;

/// Why an operation failed: one variant for each cause that some caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many wrong signatures with this access key from this address.
    #[error("access key failed too often, try again later")]
    AccessKeyLocked,
    /// No such access key, or it, its user or its account is disabled.
    #[error("access key {0} does not exist")]
    AccessKeyUnknown(String),
    /// An account of that name is there already.
    #[error("account {0} exists already")]
    AccountExists(String),
    /// No account of that name or identifier. For local administration only.
    #[error("account {0} does not exist")]
    AccountUnknown(String),
    /// The `Authorization` header does not have the form of a request signature.
    #[error("the authorization header is malformed: {0}")]
    AuthorizationMalformed(&'static str),
    /// Neither a signature nor a token was sent.
    #[error("no credentials were sent")]
    CredentialsMissing,
    /// `X-Sdk-Date` is missing, malformed or too far from the server's clock.
    #[error("the date of the signature is out of range")]
    DateOutOfRange,
    /// Something that no caller can act on.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A name is empty, too long or has characters that names may not have.
    #[error("{0} is not a valid name: 1 to 64 characters, none of them a control character")]
    NameInvalid(&'static str),
    /// Wrong password, unknown or disabled user, or too many failures: one answer for all.
    #[error("the user name or password is wrong")]
    PasswordWrong,
    /// No such project in the caller's account, or it is disabled.
    #[error("project {0} does not exist")]
    ProjectUnknown(String),
    /// A scope was asked for, or named in a header, that the credential does not give.
    #[error("the credential does not give this scope")]
    ScopeMismatch,
    /// A security token came with a permanent access key, or one that is not known.
    #[error("the security token is not known")]
    SecurityTokenUnknown,
    /// The signature does not match.
    #[error("the signature does not match")]
    SignatureWrong {
        /// What the server has signed, line feeds shown as `|`, secrets left out.
        canonical: String,
    },
    /// The token that was asked about is unknown, expired or another account's.
    #[error("the token asked about does not exist")]
    SubjectUnknown,
    /// The token has expired.
    #[error("the token has expired")]
    TokenExpired {
        /// When it did.
        at: Timestamp,
    },
    /// The token's user or account has been disabled.
    #[error("the token has been revoked")]
    TokenRevoked,
    /// No such token.
    #[error("the token is not known")]
    TokenUnknown,
    /// Too many sign-ins wait already.
    #[error("too many sign-ins at once")]
    TooBusy,
    /// No user of that name. For local administration only.
    #[error("user {0} does not exist")]
    UserUnknown(String),
}

impl Error {
    /// An internal error with this cause.
    pub(crate) fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        Self::internal(error)
    }
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        Self::internal(error)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::internal(error)
    }
}
