//! The error codes of Private CA.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pki::Field;
use serde_json::json;

use crate::caller::{Denied, NotAllowed};
use crate::gateway::Gateway;
use crate::parameter::BadParameter;
use crate::problem::{Problem, Refusal, log_internal};

/// A refusal in the words of Private CA: `{"error_code", "error_msg"}`.
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

    /// `field` is not the identifier of an authority.
    pub(crate) fn malformed_id(field: &str) -> Self {
        let problem = "it must be the 36 lower-case characters of an identifier";
        let text = BadParameter::new(field, problem).to_string();
        Self::own(StatusCode::BAD_REQUEST, "PCA.00020201", text)
    }

    /// CRLs were asked for.
    pub(crate) fn crl_unavailable() -> Self {
        let text = "This release does not publish the CRLs of Private CA; leave \
                    crl_configuration out or set enabled to false.";
        Self::own(StatusCode::FORBIDDEN, "PCA.00030501", text)
    }
}

/// The code of a wrong parameter, by the request's field.
fn parameter_code(field: &str) -> &'static str {
    match field.split(['.', '[']).next().unwrap_or_default() {
        "distinguished_name" => "PCA.00020101",
        "key_algorithm" => "PCA.00020102",
        "signature_algorithm" => "PCA.00020103",
        "validity" => "PCA.00020109",
        "ca_id" | "issuer_id" => "PCA.00020201",
        "type" => "PCA.00020202",
        "path_length" => "PCA.00020203",
        "reason" => "PCA.00020303",
        _ => "PCA.00020001",
    }
}

/// This API's name of a field.
fn field_name(field: Field) -> &'static str {
    match field {
        Field::Certificate => "certificate",
        Field::CertificateChain => "certificate_chain",
        Field::CommonName => "distinguished_name.common_name",
        Field::Country => "distinguished_name.country",
        Field::Csr => "csr",
        Field::DomainName => "domain_name",
        Field::KeyAlgorithm => "key_algorithm",
        Field::Locality => "distinguished_name.locality",
        Field::Name => "name",
        Field::Organization => "distinguished_name.organization",
        Field::OrganizationalUnit => "distinguished_name.organizational_unit",
        Field::PathLength => "path_length",
        Field::PendingDays => "pending_days",
        Field::PrivateKey => "private_key",
        Field::Sans => "subject_alternative_names",
        Field::SignatureAlgorithm => "signature_algorithm",
        Field::State => "distinguished_name.state",
        Field::Subject => "distinguished_name",
        Field::TagKey => "key",
        Field::TagValue => "value",
        Field::Transaction => "transaction_id",
        Field::Validity => "validity",
    }
}

impl From<BadParameter> for Error {
    fn from(bad: BadParameter) -> Self {
        Self::own(StatusCode::BAD_REQUEST, parameter_code(&bad.field), bad.to_string())
    }
}

impl From<NotAllowed> for Error {
    fn from(refused: NotAllowed) -> Self {
        match refused {
            NotAllowed::Denied(denied) => denied.into(),
            NotAllowed::Failed(error) => {
                log_internal(&error);
                Self::gateway(Gateway::internal())
            }
        }
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        let refused = Self::own(StatusCode::FORBIDDEN, "PCA.00010004", denied.text());
        Self { denied: Some(denied), ..refused }
    }
}

/// The status and code for each cause. No `_` arm: a new cause must get one.
impl From<pki::Error> for Error {
    fn from(error: pki::Error) -> Self {
        use pki::Error as Cause;
        let text = error.to_string();
        match &error {
            Cause::AuthorityNotFound(_) => Self::own(StatusCode::NOT_FOUND, "PCA.10010002", text),
            Cause::AncestorGone { .. }
            | Cause::AuthorityStatus { .. }
            | Cause::CrlDisabled(_)
            | Cause::RootRevocation(_) => Self::own(StatusCode::FORBIDDEN, "PCA.00030201", text),
            Cause::Busy | Cause::Conflict => Self::gateway(Gateway::too_many()),
            Cause::CompanyMissing(_)
            | Cause::TooManyTags { .. }
            | Cause::TransactionConflict(_) => {
                Self::own(StatusCode::BAD_REQUEST, "PCA.00020001", text)
            }
            Cause::CsrNotFound(_) | Cause::TransactionNotFound => {
                Self::own(StatusCode::NOT_FOUND, "PCA.00030102", text)
            }
            Cause::Internal(cause) => {
                log_internal(&**cause);
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Self::own(status, "PCA.00040001", "Internal service error.")
            }
            Cause::Invalid { field, problem } => {
                BadParameter::new(field_name(*field), problem).into()
            }
            Cause::IssuerRefuses(problem) => BadParameter::new("issuer_id", problem)
                .into_code(StatusCode::BAD_REQUEST, "PCA.00020001"),
            Cause::KeyUsage(_) => BadParameter::new("key_usages", text).into(),
            Cause::PublicKeyMismatch => Self::own(StatusCode::FORBIDDEN, "PCA.00030301", text),
            Cause::QuotaReached { .. } => Self::own(StatusCode::FORBIDDEN, "PCA.00030401", text),
        }
    }
}

impl BadParameter {
    /// The refusal with a code that is not the field's own.
    fn into_code(self, status: StatusCode, code: &'static str) -> Error {
        Error::own(status, code, self.to_string())
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
