//! The identity API's errors: `{"error": {"code", "message", "title"}}`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::caller::{Denied, NotAllowed};
use crate::gateway::Gateway;
use crate::parameter::BadParameter;
use crate::problem::{bounded, log_internal};

/// A refusal in the words of the identity API.
#[derive(Debug)]
pub(crate) struct Error(StatusCode, String, Option<Denied>);

impl Error {
    fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self(status, text.into(), None)
    }

    /// No such thing.
    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, text)
    }
}

impl From<BadParameter> for Error {
    fn from(bad: BadParameter) -> Self {
        Self::new(StatusCode::BAD_REQUEST, bad.to_string())
    }
}

impl From<NotAllowed> for Error {
    fn from(refused: NotAllowed) -> Self {
        match refused {
            NotAllowed::Denied(denied) => Self(StatusCode::FORBIDDEN, denied.text(), Some(denied)),
            NotAllowed::Failed(error) => error.into(),
        }
    }
}

/// The answer to each cause. No `_` arm: a new cause must get one.
impl From<iam::Error> for Error {
    fn from(error: iam::Error) -> Self {
        use iam::Error as Cause;
        match &error {
            Cause::Internal(cause) => {
                log_internal(&**cause);
                Gateway::internal().into()
            }
            Cause::TooBusy => Gateway::too_many().into(),
            Cause::PasswordLocked | Cause::PasswordWrong => {
                let text = "The username or password is wrong.";
                Self::new(StatusCode::UNAUTHORIZED, text.to_owned())
            }
            Cause::ProjectUnknown(_)
            | Cause::AccountUnknown(_)
            | Cause::Missing { .. }
            | Cause::UserUnknown(_) => Self::not_found(error.to_string()),
            Cause::SubjectUnknown => Self::not_found("The token could not be found."),
            Cause::AccessKeyNotFound(_) => Self::not_found(error.to_string()),
            Cause::AccessKeyLimit | Cause::TemporaryKeyLimit => {
                Self::new(StatusCode::FORBIDDEN, error.to_string())
            }
            Cause::PasswordUnchanged | Cause::PasswordUnfit(_) | Cause::TokenMissing => {
                Self::new(StatusCode::BAD_REQUEST, error.to_string())
            }
            Cause::DocumentInvalid(_)
            | Cause::Invalid { .. }
            | Cause::NameInvalid(_)
            | Cause::ReachUnfit(_) => Self::new(StatusCode::BAD_REQUEST, error.to_string()),
            Cause::OwnerProtected(_) | Cause::QuotaReached { .. } => {
                Self::new(StatusCode::FORBIDDEN, error.to_string())
            }
            Cause::AccountExists(_)
            | Cause::Conflict
            | Cause::Exists { .. }
            | Cause::StillUsed { .. }
            | Cause::VersionsFull { .. } => Self::new(StatusCode::CONFLICT, error.to_string()),
            Cause::AccessKeyLocked
            | Cause::AccessKeyUnknown(_)
            | Cause::CredentialTemporary
            | Cause::AuthorizationMalformed(_)
            | Cause::CredentialsMissing
            | Cause::DateOutOfRange
            | Cause::ScopeMismatch
            | Cause::SecurityTokenUnknown
            | Cause::SignatureWrong { .. }
            | Cause::TokenExpired { .. }
            | Cause::TokenRevoked
            | Cause::TokenUnknown => Gateway::from(&error).into(),
        }
    }
}

/// The gateway's answer in the words of the identity API.
impl From<Gateway> for Error {
    fn from(gateway: Gateway) -> Self {
        Self::new(gateway.status, gateway.text)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let Self(status, text, denied) = self;
        let body = json!({ "error": {
            "code": status.as_u16(),
            "message": bounded(&text),
            "title": status.canonical_reason().unwrap_or_default(),
        }});
        let mut response = (status, axum::Json(body)).into_response();
        if let Some(denied) = denied {
            response.extensions_mut().insert(denied);
        }
        response
    }
}
