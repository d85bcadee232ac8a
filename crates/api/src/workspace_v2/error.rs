//! The error codes of Workspace certificates. No page lists any; these are ours.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pki::Field;
use serde_json::json;

use crate::caller::{Denied, NotAllowed};
use crate::gateway::Gateway;
use crate::parameter::BadParameter;
use crate::problem::{Problem, Refusal, log_internal};

const BAD_PARAMETER: &str = "WKS.00020001";
const NOT_FOUND: &str = "WKS.00030102";
const WRONG_STATE: &str = "WKS.00030201";
const KEY_MISMATCH: &str = "WKS.00030301";
const QUOTA_REACHED: &str = "WKS.00030401";
const INTERNAL: &str = "WKS.00040001";

/// A refusal in the words of Workspace: `{"error_code", "error_msg", "error_detail"}`.
#[derive(Debug)]
pub(crate) struct Error {
    refusal: Refusal,
    denied: Option<Denied>,
}

impl Error {
    fn own(problem: Problem) -> Self {
        Self { refusal: Refusal::Own(problem), denied: None }
    }

    /// No such authority in this project.
    pub(crate) fn authority_not_found(id: &str) -> Self {
        let text = format!("certificate authority {id} does not exist");
        Self::own(Problem::new(StatusCode::NOT_FOUND, NOT_FOUND, text))
    }

    fn gateway(gateway: Gateway) -> Self {
        Self { refusal: Refusal::Gateway(gateway), denied: None }
    }
}

/// This API's name of a field.
fn field_name(field: Field) -> &'static str {
    match field {
        Field::Certificate | Field::CertificateChain => "pem_code",
        Field::CommonName => "distinguished_name.common_name",
        Field::Country => "distinguished_name.country",
        Field::Csr => "csr",
        Field::CustomizedExtension => "customized_extension",
        Field::DomainName => "domain_name",
        Field::KeyAlgorithm => "key_algorithm",
        Field::KeyUsage => "key_usages",
        Field::Locality => "distinguished_name.locality",
        Field::Name => "name",
        Field::Organization => "distinguished_name.organization",
        Field::OrganizationalUnit => "distinguished_name.organizational_unit",
        Field::PathLength => "path_length",
        Field::PendingDays => "pending_days",
        Field::PrivateKey => "private_key",
        Field::Sans => "sans",
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
        let problem = Problem::new(StatusCode::BAD_REQUEST, BAD_PARAMETER, bad.to_string());
        Self::own(problem.about(bad.field))
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
        let text = format!(
            "{} Use a token for the project; one for the account is not good for it.",
            denied.text()
        );
        Self { denied: Some(denied), ..Self::gateway(Gateway::denied(text)) }
    }
}

impl From<iam::Error> for Error {
    fn from(error: iam::Error) -> Self {
        if let iam::Error::Internal(cause) = &error {
            log_internal(&**cause);
        }
        Self::gateway(Gateway::from(&error))
    }
}

/// The status and code for each cause. No `_` arm: a new cause must get one.
impl From<pki::Error> for Error {
    fn from(error: pki::Error) -> Self {
        use pki::Error as Cause;
        let text = error.to_string();
        let bad = |code| Self::own(Problem::new(StatusCode::BAD_REQUEST, code, text.clone()));
        match &error {
            Cause::AuthorityNotFound(_)
            | Cause::CertificateNotFound(_)
            | Cause::ExportForm(_)
            | Cause::IssuerGone(_)
            | Cause::CsrNotFound(_)
            | Cause::TransactionNotFound => {
                Self::own(Problem::new(StatusCode::NOT_FOUND, NOT_FOUND, text))
            }
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
            | Cause::TransactionConflict(_) => bad(WRONG_STATE),
            Cause::Busy | Cause::Conflict => Self::gateway(Gateway::too_many()),
            Cause::CompanyMissing(_) | Cause::IssuerRefuses(_) | Cause::KeyUsage(_) => {
                bad(BAD_PARAMETER)
            }
            Cause::Internal(cause) => {
                log_internal(&**cause);
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Self::own(Problem::new(status, INTERNAL, "Internal service error."))
            }
            Cause::Invalid { field, problem } => {
                BadParameter::new(field_name(*field), problem).into()
            }
            Cause::PublicKeyMismatch => bad(KEY_MISMATCH),
            Cause::QuotaReached { .. } => bad(QUOTA_REACHED),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.refusal.into_response_as(|problem| {
            json!({
                "error_code": problem.code,
                "error_msg": problem.bounded_text(),
                "error_detail": problem.about,
            })
        });
        if let Some(denied) = self.denied {
            response.extensions_mut().insert(denied);
        }
        response
    }
}
