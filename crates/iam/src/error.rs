//! Why somebody was not let in.

use ledger::{CommitError, Quota, StoreError, Timestamp};

use crate::{SealError, Thing};

/// Why an operation failed: one variant for each cause that some caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user has as many access keys as it may have.
    #[error("the user has two access keys already")]
    AccessKeyLimit,
    /// Too many wrong signatures with this access key from this address.
    #[error("access key failed too often, try again later")]
    AccessKeyLocked,
    /// No such access key in the account. For operations on keys, not for signatures.
    #[error("access key {0} does not exist")]
    AccessKeyNotFound(String),
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
    /// What the change rests on was changed by others again and again.
    #[error("others changed the same records again and again")]
    Conflict,
    /// A temporary access key does not make or change lasting credentials.
    #[error("a temporary access key cannot make or change credentials")]
    CredentialTemporary,
    /// Neither a signature nor a token was sent.
    #[error("no credentials were sent")]
    CredentialsMissing,
    /// `X-Sdk-Date` is missing, malformed or too far from the server's clock.
    #[error("the date of the signature is out of range")]
    DateOutOfRange,
    /// A policy document breaks a rule.
    #[error("the policy document is not valid: {0}")]
    DocumentInvalid(String),
    /// A thing of that name is there already.
    #[error("{what} {name} exists already")]
    Exists {
        /// What kind of thing.
        what: Thing,
        /// Its name.
        name: String,
    },
    /// Something that no caller can act on.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A field breaks a rule.
    #[error("{field} is not valid: {problem}")]
    Invalid {
        /// The field, by its name in requests.
        field: &'static str,
        /// What would be right.
        problem: String,
    },
    /// There is no such thing in the account.
    #[error("{what} {name} does not exist")]
    Missing {
        /// What kind of thing.
        what: Thing,
        /// Its identifier or name.
        name: String,
    },
    /// A name is empty, too long or has characters that names may not have.
    #[error("{0} is not a valid name: 1 to 64 characters, none of them a control character")]
    NameInvalid(&'static str),
    /// The new password is the old one.
    #[error("the new password must be different from the old one")]
    PasswordUnchanged,
    /// A password that is not accepted as a new one.
    #[error("the password is not accepted: {0}")]
    PasswordUnfit(&'static str),
    /// The account's owner has to stay.
    #[error("the owner of the account cannot be {0}")]
    OwnerProtected(&'static str),
    /// Too many failures with this user's password from this address. To be answered as
    /// `PasswordWrong` is: only the audit trail, the metrics and the log may tell them apart.
    #[error("the user name or password is wrong")]
    PasswordLocked,
    /// Wrong password, unknown or disabled user: one answer for all.
    #[error("the user name or password is wrong")]
    PasswordWrong,
    /// No such project in the caller's account, or it is disabled.
    #[error("project {0} does not exist")]
    ProjectUnknown(String),
    /// One more would be too many.
    #[error("{}", quota_text(*quota, *most))]
    QuotaReached {
        /// Of what.
        quota: Quota,
        /// How many are allowed.
        most: i64,
    },
    /// A policy of this kind does not count where it was to be attached.
    #[error("{0}")]
    ReachUnfit(&'static str),
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
    /// It cannot be deleted while it is used.
    #[error("{what} {name} is still {by}")]
    StillUsed {
        /// What kind of thing.
        what: Thing,
        /// Its name.
        name: String,
        /// How it is used.
        by: &'static str,
    },
    /// The token that was asked about is unknown, expired or another account's.
    #[error("the token asked about does not exist")]
    SubjectUnknown,
    /// The user has as many temporary access keys as it may have.
    #[error("the user has too many temporary access keys")]
    TemporaryKeyLimit,
    /// The token has expired.
    #[error("the token has expired")]
    TokenExpired {
        /// When it did.
        at: Timestamp,
    },
    /// A token is needed and none was named or shown.
    #[error("no token was named")]
    TokenMissing,
    /// The token's user or account has been disabled.
    #[error("the token has been revoked")]
    TokenRevoked,
    /// No such token.
    #[error("the token is not known")]
    TokenUnknown,
    /// Too many sign-ins, or too many who want something from the store, wait already.
    #[error("too much is under way; try again")]
    TooBusy,
    /// No user of that name. For local administration only.
    #[error("user {0} does not exist")]
    UserUnknown(String),
    /// The policy has as many versions as it may.
    #[error("a policy has at most {most} versions; delete one first")]
    VersionsFull {
        /// How many are kept.
        most: usize,
    },
}

/// Says which quota is used up.
fn quota_text(quota: Quota, most: i64) -> String {
    match quota {
        Quota::Groups => format!("the account has its {most} groups"),
        Quota::GroupsOfUser => format!("the user is in {most} groups, which is the most"),
        Quota::Policies => format!("the account has its {most} policies"),
        Quota::PoliciesAttached => format!("{most} policies are attached, which is the most"),
        Quota::Users => format!("the account has its {most} users"),
        _ => format!("the quota of {most} is used up"),
    }
}

impl Error {
    /// A value that breaks a rule.
    pub(crate) fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid { field, problem: problem.into() }
    }

    /// An internal error with this cause.
    pub(crate) fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// The cause for the audit trail, the metrics and the log, without what the client has sent.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::AccessKeyLocked => "access key locked",
            Self::CredentialTemporary => "temporary credential",
            Self::AccessKeyUnknown(_) => "access key unknown",
            Self::AuthorizationMalformed(_) => "authorization malformed",
            Self::CredentialsMissing => "no credential",
            Self::DateOutOfRange => "date out of range",
            Self::PasswordLocked => "locked",
            Self::PasswordWrong => "password wrong",
            Self::ProjectUnknown(_) => "project unknown",
            Self::ScopeMismatch => "scope mismatch",
            Self::SecurityTokenUnknown => "security token unknown",
            Self::SignatureWrong { .. } => "signature wrong",
            Self::SubjectUnknown => "subject token unknown",
            Self::TokenExpired { .. } => "token expired",
            Self::TokenRevoked => "token revoked",
            Self::TokenUnknown => "token unknown",
            Self::TooBusy => "too busy",
            Self::AccessKeyLimit
            | Self::AccessKeyNotFound(_)
            | Self::AccountExists(_)
            | Self::Conflict
            | Self::PasswordUnchanged
            | Self::PasswordUnfit(_)
            | Self::TemporaryKeyLimit
            | Self::TokenMissing
            | Self::AccountUnknown(_)
            | Self::DocumentInvalid(_)
            | Self::Exists { .. }
            | Self::Internal(_)
            | Self::Invalid { .. }
            | Self::Missing { .. }
            | Self::NameInvalid(_)
            | Self::OwnerProtected(_)
            | Self::QuotaReached { .. }
            | Self::ReachUnfit(_)
            | Self::StillUsed { .. }
            | Self::UserUnknown(_)
            | Self::VersionsFull { .. } => "refused",
        }
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Failed(error) => error.into(),
            error => Self::internal(error),
        }
    }
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        Self::internal(error)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        if error.is_busy() { Self::TooBusy } else { Self::internal(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_busy_is_no_failure() {
        for error in [
            Error::from(StoreError::busy("full")),
            Error::from(CommitError::Failed(StoreError::busy("full"))),
        ] {
            assert!(matches!(error, Error::TooBusy));
        }
        assert!(matches!(Error::from(StoreError::new("broken")), Error::Internal(_)));
    }
}
