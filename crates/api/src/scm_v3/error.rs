//! The error codes of the SSL certificate API.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pki::Field;
use serde_json::json;

use crate::caller::{Denied, NotAllowed};
use crate::gateway::Gateway;
use crate::parameter::BadParameter;
use crate::problem::{Problem, Refusal, log_internal};

/// A refusal in the words of the SSL certificate API: `{"error_code", "error_msg"}`.
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

    /// No such certification request.
    pub(crate) fn csr_not_found() -> Self {
        Self::own(StatusCode::NOT_FOUND, "SCM.0707", "CSR not found.")
    }
}

/// This API's name of a field.
fn field_name(field: Field) -> &'static str {
    match field {
        Field::Certificate => "certificate",
        Field::CertificateChain => "certificate_chain",
        Field::CommonName | Field::DomainName => "domain_name",
        Field::Country => "company_country",
        Field::Csr | Field::Subject => "csr",
        Field::CustomizedExtension => "customized_extension",
        Field::KeyAlgorithm => "private_key_algo",
        Field::KeyUsage => "key_usages",
        Field::Locality => "company_city",
        Field::Name => "name",
        Field::Organization => "company_name",
        Field::OrganizationalUnit => "organizational_unit",
        Field::PathLength => "path_length",
        Field::PendingDays => "pending_days",
        Field::PrivateKey => "private_key",
        Field::Sans => "sans",
        Field::SignatureAlgorithm => "signature_algorithm",
        Field::State => "company_province",
        Field::TagKey => "key",
        Field::TagValue => "value",
        Field::Transaction => "transaction_id",
        Field::Validity => "validity",
    }
}

/// The code of a value that a rule refused.
fn invalid_code(field: Field) -> &'static str {
    match field {
        Field::CommonName | Field::DomainName | Field::Sans => "SCM.0015",
        Field::PrivateKey => "SCM.0012",
        Field::Certificate
        | Field::CertificateChain
        | Field::Country
        | Field::Csr
        | Field::CustomizedExtension
        | Field::KeyAlgorithm
        | Field::KeyUsage
        | Field::Locality
        | Field::Name
        | Field::Organization
        | Field::OrganizationalUnit
        | Field::PathLength
        | Field::SignatureAlgorithm
        | Field::State
        | Field::Subject
        | Field::PendingDays
        | Field::TagKey
        | Field::TagValue
        | Field::Transaction
        | Field::Validity => "SCM.0005",
    }
}

impl From<BadParameter> for Error {
    fn from(bad: BadParameter) -> Self {
        Self::own(StatusCode::BAD_REQUEST, "SCM.0005", bad.to_string())
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
        Self { denied: Some(denied), ..Self::gateway(Gateway::denied(denied.text())) }
    }
}

/// The status and code for each cause. No `_` arm: a new cause must get one.
impl From<pki::Error> for Error {
    fn from(error: pki::Error) -> Self {
        use pki::Error as Cause;
        let text = error.to_string();
        let bad = |code| Self::own(StatusCode::BAD_REQUEST, code, text.clone());
        match &error {
            Cause::CsrNotFound(_) => Self::csr_not_found(),
            Cause::AuthorityNotFound(_)
            | Cause::CertificateNotFound(_)
            | Cause::ExportForm(_)
            | Cause::IssuerGone(_)
            | Cause::TransactionNotFound => Self::own(StatusCode::NOT_FOUND, "SCM.0020", text),
            Cause::AgencyMissing
            | Cause::AncestorGone { .. }
            | Cause::AuthorityStatus { .. }
            | Cause::CertificateStatus { .. }
            | Cause::BucketNotFound(_)
            | Cause::CrlDisabled(_)
            | Cause::CrlEnabled(_)
            | Cause::CrlNameTaken { .. }
            | Cause::OcspSwitched { .. }
            | Cause::PublicUrlUnknown
            | Cause::RootRevocation(_)
            | Cause::TooManyTags { .. }
            | Cause::TransactionConflict(_) => bad("SCM.0010"),
            Cause::Busy | Cause::Conflict => Self::gateway(Gateway::too_many()),
            Cause::CompanyMissing(fields) => {
                let problem = "mandatory when usage is ENTERPRISE and the account has no \
                               enterprise profile";
                BadParameter::new(fields.join(", "), problem).into()
            }
            Cause::Internal(cause) => {
                log_internal(&**cause);
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Self::own(status, "SCM.9999", "Internal service error.")
            }
            Cause::Invalid { field, problem } => {
                let text = BadParameter::new(field_name(*field), problem).to_string();
                Self::own(StatusCode::BAD_REQUEST, invalid_code(*field), text)
            }
            Cause::IssuerRefuses(_) | Cause::KeyUsage(_) => bad("SCM.0005"),
            Cause::PublicKeyMismatch => {
                let text = BadParameter::new("private_key", "it is not the key of the CSR");
                Self::own(StatusCode::BAD_REQUEST, "SCM.0014", text.to_string())
            }
            Cause::QuotaReached { .. } => bad("SCM.0011"),
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
