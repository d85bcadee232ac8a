//! The error codes of versions 3.0 and 5 of the identity API.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::caller::{Denied, NotAllowed};
use crate::gateway::Gateway;
use crate::parameter::BadParameter;
use crate::problem::{Problem, Refusal, log_internal};

/// A refusal in the words of the identity API beside Keystone: `{"error_code", "error_msg"}`.
#[derive(Debug)]
pub(crate) struct Error {
    refusal: Refusal,
    denied: Option<Denied>,
}

impl Error {
    fn own(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        Self { refusal: Refusal::Own(Problem::new(status, code, text)), denied: None }
    }

    fn gateway(gateway: Gateway) -> Self {
        Self { refusal: Refusal::Gateway(gateway), denied: None }
    }

    /// No such thing.
    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::own(StatusCode::NOT_FOUND, "IAM.0004", text)
    }
}

impl From<BadParameter> for Error {
    fn from(bad: BadParameter) -> Self {
        Self::own(StatusCode::BAD_REQUEST, "IAM.0007", bad.to_string())
    }
}

impl From<NotAllowed> for Error {
    fn from(refused: NotAllowed) -> Self {
        match refused {
            NotAllowed::Denied(denied) => denied.into(),
            NotAllowed::Failed(iam::Error::TooBusy) => Self::gateway(Gateway::too_many()),
            NotAllowed::Failed(error) => {
                log_internal(&error);
                Self::gateway(Gateway::internal())
            }
        }
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        let answer = Self::own(StatusCode::FORBIDDEN, "IAM.0003", denied.text());
        Self { denied: Some(denied), ..answer }
    }
}

/// The status and code for each cause. No `_` arm: a new cause must get one. The codes are those
/// that the cloud documents, where it does.
impl From<iam::Error> for Error {
    fn from(error: iam::Error) -> Self {
        use iam::Error as Cause;
        let own = |status, code| Self::own(status, code, error.to_string());
        match &error {
            Cause::Internal(cause) => {
                log_internal(&**cause);
                Self::gateway(Gateway::internal())
            }
            Cause::AccessKeyNotFound(_)
            | Cause::AccountUnknown(_)
            | Cause::Missing { .. }
            | Cause::ProjectUnknown(_)
            | Cause::UserUnknown(_) => own(StatusCode::NOT_FOUND, "IAM.0004"),
            Cause::SubjectUnknown => Self::not_found("The token could not be found."),
            Cause::DocumentInvalid(_)
            | Cause::Invalid { .. }
            | Cause::NameInvalid(_)
            | Cause::PasswordUnfit(_)
            | Cause::ReachUnfit(_)
            | Cause::TokenMissing => own(StatusCode::BAD_REQUEST, "IAM.0007"),
            Cause::PasswordUnchanged => own(StatusCode::BAD_REQUEST, "1108"),
            Cause::PasswordLocked | Cause::PasswordWrong => {
                Self::own(StatusCode::BAD_REQUEST, "1103", "The password is wrong.")
            }
            Cause::AccountExists(_)
            | Cause::AccessKeyLimit
            | Cause::Conflict
            | Cause::Exists { .. }
            | Cause::StillUsed { .. }
            | Cause::TemporaryKeyLimit
            | Cause::VersionsFull { .. } => own(StatusCode::CONFLICT, "IAM.0005"),
            Cause::CredentialTemporary | Cause::OwnerProtected(_) | Cause::QuotaReached { .. } => {
                own(StatusCode::FORBIDDEN, "IAM.0002")
            }
            Cause::AccessKeyLocked
            | Cause::AccessKeyUnknown(_)
            | Cause::AuthorizationMalformed(_)
            | Cause::CredentialsMissing
            | Cause::DateOutOfRange
            | Cause::ScopeMismatch
            | Cause::SecurityTokenUnknown
            | Cause::SignatureWrong { .. }
            | Cause::TokenExpired { .. }
            | Cause::TokenRevoked
            | Cause::TokenUnknown
            | Cause::TooBusy => Self::gateway(Gateway::from(&error)),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.refusal.into_response_as(
            |problem| json!({ "error_code": problem.code, "error_msg": problem.bounded_text() }),
        );
        if let Some(denied) = self.denied {
            response.extensions_mut().insert(denied);
        }
        response
    }
}
