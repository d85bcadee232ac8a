//! The answers of the gateway in front of the APIs: the same for all of them.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::RequestId;
use serde_json::{Value, json};

use crate::iso_time;
use crate::problem::bounded;

/// How a text about missing or wrong credentials begins.
const INCORRECT: &str = "Incorrect IAM authentication information: ";

/// What a temporary access key is told that asks for a lasting credential.
const CREDENTIAL_TEMPORARY: &str = "The IAM user is not authorized to access the API: a temporary \
     access key cannot make or change credentials.";

/// An answer in the gateway's words. Its body is written by [`Gateway::render`], since it names
/// the request's id.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Gateway {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) text: String,
    /// When to come back, where that is known.
    pub(crate) wait: Option<Duration>,
}

impl Gateway {
    fn new(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into(), wait: None }
    }

    /// No such path, or not with this method.
    pub(crate) fn unknown_api() -> Self {
        let text = "The API does not exist or has not been published in the environment.";
        Self::new(StatusCode::NOT_FOUND, "APIGW.0101", text)
    }

    /// The request is not HTTP as we can read it.
    pub(crate) fn bad_request() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "APIGW.0201", "API request error.")
    }

    /// The body passes the route's bound.
    pub(crate) fn body_too_large() -> Self {
        let text = "Request entity too large.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "APIGW.0201", text)
    }

    /// The body did not come in time.
    pub(crate) fn body_too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "APIGW.0201", "Request timed out.")
    }

    /// The request target is too long.
    pub(crate) fn uri_too_long() -> Self {
        Self::new(StatusCode::URI_TOO_LONG, "APIGW.0201", "Request URI too large.")
    }

    /// The headers are too large together.
    pub(crate) fn headers_too_large() -> Self {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        Self::new(status, "APIGW.0201", "Request headers too large.")
    }

    /// Too much is under way.
    pub(crate) fn too_many() -> Self {
        let text = "The throttling threshold has been reached.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "APIGW.0308", text)
    }

    /// Too much is under way, or was asked for; after this time there is room again.
    pub(crate) fn too_many_for(wait: Duration) -> Self {
        Self { wait: Some(wait), ..Self::too_many() }
    }

    /// Something failed that the caller cannot act on.
    pub(crate) fn internal() -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "APIGW.0601", "Internal server error.")
    }

    /// The caller is known and may not do this.
    pub(crate) fn denied(text: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "APIGW.0302", text)
    }

    /// The credentials are missing or wrong: in which way, says `reason`.
    fn incorrect(reason: impl std::fmt::Display) -> Self {
        let text = format!("{INCORRECT}{reason}");
        Self::new(StatusCode::UNAUTHORIZED, "APIGW.0301", text)
    }

    /// Whether it refuses the size of a request's head. The HTTP library may refuse that too,
    /// before there is a path ([`crate::unreadable()`]), so it looks the same everywhere.
    pub(crate) fn is_about_head(&self) -> bool {
        let sizes = [StatusCode::URI_TOO_LONG, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE];
        sizes.contains(&self.status)
    }

    /// Writes the body, now that the request's id is known.
    pub(crate) fn render(self, request_id: RequestId) -> Response {
        (self.status, axum::Json(self.body(request_id))).into_response()
    }

    /// The body.
    pub(crate) fn body(&self, request_id: RequestId) -> Value {
        json!({
            "error_code": self.code,
            "error_msg": bounded(&self.text),
            "request_id": request_id.to_string(),
        })
    }
}

impl IntoResponse for Gateway {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.extensions_mut().insert(self);
        response
    }
}

/// What the gateway says to each cause. No `_` arm: a new cause must get one.
impl From<&iam::Error> for Gateway {
    fn from(error: &iam::Error) -> Self {
        use iam::Error;
        match error {
            Error::AccessKeyLocked => {
                Self::incorrect("AK access failed to reach the limit,forbidden")
            }
            Error::AccessKeyUnknown(access) => {
                Self::incorrect(format_args!("Get secretKey failed,ak:{access},err:ak not exist"))
            }
            Error::AuthorizationMalformed(problem) => {
                Self::incorrect(format_args!("verify aksk signature fail, {problem}"))
            }
            Error::CredentialsMissing => Self::incorrect("x-auth-token not found"),
            Error::DateOutOfRange => {
                Self::incorrect("verify aksk signature fail, x-sdk-date out of range")
            }
            Error::PasswordLocked | Error::PasswordWrong => Self::incorrect("Unauthorized"),
            Error::ProjectUnknown(_) => {
                Self::new(StatusCode::FORBIDDEN, "APIGW.0310", "The project is unavailable.")
            }
            Error::ScopeMismatch => Self::denied(
                "The IAM user is not authorized to access the API: the account or project named \
                 is not that of the credentials.",
            ),
            Error::SecurityTokenUnknown | Error::TokenUnknown => {
                Self::incorrect("decrypt token fail")
            }
            Error::SignatureWrong { canonical } => Self::incorrect(format_args!(
                "verify aksk signature fail, canonicalRequest:{canonical}"
            )),
            Error::TokenExpired { at } => Self::incorrect(format_args!(
                "token expires, expires_at: {}",
                iso_time::microseconds(*at)
            )),
            Error::TokenRevoked => {
                let text = "The token must be updated.";
                Self::new(StatusCode::UNAUTHORIZED, "APIGW.0307", text)
            }
            Error::TooBusy => Self::too_many(),
            Error::SubjectUnknown => {
                Self::new(StatusCode::NOT_FOUND, "APIGW.0101", "The API does not exist.")
            }
            Error::CredentialTemporary => Self::denied(CREDENTIAL_TEMPORARY),
            Error::Conflict => Self::too_many(),
            Error::AccessKeyLimit
            | Error::AccessKeyNotFound(_)
            | Error::PasswordUnchanged
            | Error::PasswordUnfit(_)
            | Error::TemporaryKeyLimit
            | Error::TokenMissing
            | Error::AccountExists(_)
            | Error::AccountUnknown(_)
            | Error::DocumentInvalid(_)
            | Error::Exists { .. }
            | Error::Invalid { .. }
            | Error::Missing { .. }
            | Error::NameInvalid(_)
            | Error::OwnerProtected(_)
            | Error::QuotaReached { .. }
            | Error::ReachUnfit(_)
            | Error::StillUsed { .. }
            | Error::UserUnknown(_)
            | Error::VersionsFull { .. } => Self::bad_request(),
            Error::Internal(_) => Self::internal(),
        }
    }
}

#[cfg(test)]
mod tests {
    use ledger::Timestamp;

    use super::*;

    #[test]
    fn each_failure_to_sign_in_has_its_code_and_text() {
        use iam::Error;
        let at = Timestamp::from_millis(0);
        let prefix = |rest: &str| format!("{INCORRECT}{rest}");

        for (error, status, code, text) in [
            (Error::CredentialsMissing, 401, "APIGW.0301", prefix("x-auth-token not found")),
            (Error::TokenUnknown, 401, "APIGW.0301", prefix("decrypt token fail")),
            (
                Error::TokenExpired { at },
                401,
                "APIGW.0301",
                prefix("token expires, expires_at: 1970-01-01T00:00:00.000000Z"),
            ),
            (Error::TokenRevoked, 401, "APIGW.0307", "The token must be updated.".to_owned()),
            (
                Error::AccessKeyUnknown("AK".to_owned()),
                401,
                "APIGW.0301",
                prefix("Get secretKey failed,ak:AK,err:ak not exist"),
            ),
            (
                Error::SignatureWrong { canonical: "GET|/|".to_owned() },
                401,
                "APIGW.0301",
                prefix("verify aksk signature fail, canonicalRequest:GET|/|"),
            ),
            (
                Error::AccessKeyLocked,
                401,
                "APIGW.0301",
                prefix("AK access failed to reach the limit,forbidden"),
            ),
            (
                Error::TooBusy,
                429,
                "APIGW.0308",
                "The throttling threshold has been reached.".to_owned(),
            ),
            (
                Error::ProjectUnknown("p".to_owned()),
                403,
                "APIGW.0310",
                "The project is unavailable.".to_owned(),
            ),
        ] {
            let Gateway { status: got, code: got_code, text: got_text, .. } = Gateway::from(&error);

            assert_eq!((got.as_u16(), got_code, got_text), (status, code, text));
        }
    }
}
