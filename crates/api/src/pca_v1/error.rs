//! The error codes of Private CA.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pki::Field;
use pki::authority::OcspSwitch;
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
}

/// The code of a wrong parameter, by the request's field.
fn parameter_code(field: &str) -> &'static str {
    match field.split(['.', '[']).next().unwrap_or_default() {
        "subject_alternative_names" if field.ends_with(".type") => "PCA.00020112",
        "distinguished_name" => "PCA.00020101",
        "key_algorithm" => "PCA.00020102",
        "signature_algorithm" => "PCA.00020103",
        "validity" => "PCA.00020109",
        "ca_id" | "issuer_id" => "PCA.00020201",
        "csr" => "PCA.00020302",
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
            Cause::AuthorityNotFound(_) => {
                let text = format!(
                    "{text}; GET /v1/private-certificate-authorities lists those of the account"
                );
                Self::own(StatusCode::NOT_FOUND, "PCA.10010002", text)
            }
            Cause::CertificateNotFound(_) => {
                let text =
                    format!("{text}; GET /v1/private-certificates lists those of the account");
                Self::own(StatusCode::NOT_FOUND, "PCA.10010002", text)
            }
            Cause::AuthorityStatus { .. } | Cause::CertificateStatus { .. } => {
                Self::own(StatusCode::FORBIDDEN, "PCA.00030201", text)
            }
            Cause::AncestorGone { .. } | Cause::IssuerGone(_) => {
                let text = format!("{text}; issue anew below a certificate authority that does");
                Self::own(StatusCode::FORBIDDEN, "PCA.00030203", text)
            }
            Cause::RootRevocation(_) => {
                let text = format!("{text}; disable and delete it instead");
                Self::own(StatusCode::FORBIDDEN, "PCA.00030204", text)
            }
            Cause::CrlDisabled(_) | Cause::CrlEnabled(_) => {
                Self::own(StatusCode::FORBIDDEN, "PCA.00030205", text)
            }
            Cause::AgencyMissing | Cause::BucketNotFound(_) => {
                Self::own(StatusCode::FORBIDDEN, "PCA.00030501", text)
            }
            Cause::PublicUrlUnknown => Self::own(StatusCode::FORBIDDEN, "PCA.00030502", text),
            Cause::CrlNameTaken { .. } => Self::own(StatusCode::BAD_REQUEST, "PCA.00020306", text),
            Cause::Busy | Cause::Conflict => Self::gateway(Gateway::too_many()),
            // Other APIs' alone.
            Cause::CompanyMissing(_) | Cause::TransactionConflict(_) => {
                Self::own(StatusCode::BAD_REQUEST, "PCA.00020001", text)
            }
            Cause::TooManyTags { .. } => {
                let text = format!("{text}; delete some first");
                Self::own(StatusCode::BAD_REQUEST, "PCA.00020305", text)
            }
            Cause::CsrNotFound(_) | Cause::TransactionNotFound => {
                Self::own(StatusCode::NOT_FOUND, "PCA.00030102", text)
            }
            Cause::ExportForm(problem) => BadParameter::new("type", *problem)
                .into_code(StatusCode::BAD_REQUEST, "PCA.00020001"),
            Cause::Internal(cause) => {
                log_internal(&**cause);
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Self::own(status, "PCA.00040001", "Internal service error.")
            }
            Cause::Invalid { field, problem } => {
                BadParameter::new(field_name(*field), problem).into()
            }
            Cause::IssuerRefuses(problem) => BadParameter::new("issuer_id", problem)
                .into_code(StatusCode::BAD_REQUEST, "PCA.00020304"),
            Cause::KeyUsage(_) => BadParameter::new("key_usages", text).into(),
            Cause::OcspSwitched { stands: OcspSwitch::On, .. } => {
                Self::own(StatusCode::FORBIDDEN, "PCA.10010071", text)
            }
            Cause::OcspSwitched { stands: OcspSwitch::Off, .. } => {
                Self::own(StatusCode::FORBIDDEN, "PCA.10010072", text)
            }
            Cause::PublicKeyMismatch => {
                let text = format!("{text}; have the CSR of this certificate authority signed");
                Self::own(StatusCode::FORBIDDEN, "PCA.00030301", text)
            }
            Cause::QuotaReached { .. } => Self::own(StatusCode::FORBIDDEN, "PCA.00030401", text),
        }
    }
}

impl BadParameter {
    /// The refusal with a code that is not the field's own.
    pub(super) fn into_code(self, status: StatusCode, code: &'static str) -> Error {
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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use ledger::system::{SystemClock, SystemRandom};
    use ledger::{CaId, CertificateId, CsrId, Quota};
    use pki::authority::Status;
    use pki::certificate::CertificateStatus;
    use x509::extension::KeyUsage;

    use super::*;

    const DOCUMENT: &str = include_str!("../../../../docs/errors.md");

    fn authority() -> CaId {
        CaId::generate(&SystemClock, &SystemRandom)
    }

    fn certificate() -> CertificateId {
        CertificateId::generate(&SystemClock, &SystemRandom)
    }

    /// What a refusal is: its cause, and words of what the text says is to be done.
    type Row = (pki::Error, &'static str);

    macro_rules! causes {
        ($($pattern:pat => $sample:expr, $advice:literal;)+) => {
            /// One of each cause.
            fn causes() -> Vec<Row> {
                vec![$(($sample, $advice)),+]
            }

            /// Lets a new cause without a row not compile.
            fn has_a_row(cause: &pki::Error) {
                match cause {
                    $($pattern => {})+
                }
            }
        };
    }

    causes! {
        pki::Error::AgencyMissing => pki::Error::AgencyMissing, "create it first";
        pki::Error::AncestorGone { .. } => pki::Error::AncestorGone { id: authority() },
            "issue anew";
        pki::Error::AuthorityNotFound(_) => pki::Error::AuthorityNotFound(authority()), "lists";
        pki::Error::AuthorityStatus { .. } => pki::Error::AuthorityStatus {
            id: authority(),
            status: Status::Disabled,
            needed: "only an ACTIVED one issues",
        }, "is DISABLED; only";
        pki::Error::BucketNotFound(_) => pki::Error::BucketNotFound("mine".into()), "lists them";
        pki::Error::Busy => pki::Error::Busy, "try again";
        pki::Error::CertificateNotFound(_) => pki::Error::CertificateNotFound(certificate()),
            "lists";
        pki::Error::CertificateStatus { .. } => pki::Error::CertificateStatus {
            id: certificate(),
            status: CertificateStatus::Revoked,
            needed: "only an ISSUED one is exported",
        }, "is REVOKED; only";
        pki::Error::CompanyMissing(_) => pki::Error::CompanyMissing(vec!["city"]), "city";
        pki::Error::Conflict => pki::Error::Conflict, "try again";
        pki::Error::CrlDisabled(_) => pki::Error::CrlDisabled(authority()), "enable";
        pki::Error::CrlEnabled(_) => pki::Error::CrlEnabled(authority()), "disable them first";
        pki::Error::CrlNameTaken { .. } => pki::Error::CrlNameTaken {
            bucket: "bucket".into(),
            name: "name".into(),
        }, "choose another crl_name";
        pki::Error::CsrNotFound(_) => pki::Error::CsrNotFound(
            CsrId::generate(&SystemClock, &SystemRandom),
        ), "does not exist";
        pki::Error::ExportForm(_) => pki::Error::ExportForm("choose another one"), "choose";
        pki::Error::Internal(_) => pki::Error::Internal("the cause".into()), "Internal";
        pki::Error::Invalid { .. } => pki::Error::Invalid {
            field: Field::Country,
            problem: "it must be two letters".into(),
        }, "must be";
        pki::Error::IssuerGone(_) => pki::Error::IssuerGone(certificate()), "issue anew";
        pki::Error::IssuerRefuses(_) => pki::Error::IssuerRefuses("it must be longer".into()),
            "must be";
        pki::Error::KeyUsage(_) => pki::Error::KeyUsage(KeyUsage::DATA_ENCIPHERMENT), "it needs";
        pki::Error::OcspSwitched { .. } => pki::Error::OcspSwitched {
            id: authority(),
            stands: OcspSwitch::On,
        }, "already";
        pki::Error::PublicKeyMismatch => pki::Error::PublicKeyMismatch, "have the CSR";
        pki::Error::PublicUrlUnknown => pki::Error::PublicUrlUnknown, "public_url";
        pki::Error::QuotaReached { .. } => pki::Error::QuotaReached {
            quota: Quota::Certificates,
            most: 5,
        }, "can raise";
        pki::Error::RootRevocation(_) => pki::Error::RootRevocation(authority()), "delete it";
        pki::Error::TooManyTags { .. } => pki::Error::TooManyTags { most: 20 }, "delete some";
        pki::Error::TransactionConflict(_) => pki::Error::TransactionConflict("used"), "used";
        pki::Error::TransactionNotFound => pki::Error::TransactionNotFound, "does not exist";
    }

    /// The status, code and text of a refusal in this API's own words; `None` is the gateway's.
    fn own(cause: pki::Error) -> Option<(u16, &'static str, String)> {
        match Error::from(cause).refusal {
            Refusal::Own(problem) => {
                let text = problem.bounded_text().to_string();
                Some((problem.status.as_u16(), problem.code, text))
            }
            Refusal::Gateway(_) => None,
        }
    }

    /// The rows of this API's table in the document, by code.
    fn documented() -> BTreeMap<&'static str, u16> {
        let (_, rest) = DOCUMENT.split_once("\n## Private CA\n").unwrap();
        let (section, _) = rest.split_once("\n## ").unwrap();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| "));
        let rows = rows.filter_map(|row| {
            let (status, row) = row.split_once(" | `")?;
            Some((row.split_once('`')?.0, status.parse().ok()?))
        });
        rows.collect()
    }

    #[test]
    fn every_cause_says_what_to_do() {
        for (cause, advice) in causes() {
            has_a_row(&cause);
            let name = format!("{cause:?}");
            let Some((_, _, text)) = own(cause) else { continue };

            assert!(text.contains(advice), "{name}: {text}");
        }
    }

    #[test]
    fn causes_share_a_code_only_where_the_text_tells_them_apart() {
        let mut by_code: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (cause, _) in causes() {
            let name = format!("{cause:?}").split([' ', '(']).next().unwrap().to_owned();
            if let Some((_, code, _)) = own(cause) {
                by_code.entry(code).or_default().push(name);
            }
        }
        by_code.retain(|_, causes| causes.len() > 1);

        let shared: Vec<_> = by_code.into_iter().map(|(code, all)| (code, all.join(" "))).collect();
        assert_eq!(
            shared,
            [
                // Values without a code of their own, and what other APIs alone are refused.
                (
                    "PCA.00020001",
                    "CompanyMissing ExportForm KeyUsage TransactionConflict".to_owned()
                ),
                ("PCA.00030102", "CsrNotFound TransactionNotFound".to_owned()),
                ("PCA.00030201", "AuthorityStatus CertificateStatus".to_owned()),
                ("PCA.00030203", "AncestorGone IssuerGone".to_owned()),
                ("PCA.00030205", "CrlDisabled CrlEnabled".to_owned()),
                ("PCA.00030501", "AgencyMissing BucketNotFound".to_owned()),
                // What clients know as "gone".
                ("PCA.10010002", "AuthorityNotFound CertificateNotFound".to_owned()),
            ]
        );
    }

    /// The codes in the sources below `directory`, their tests left out.
    fn codes_below(directory: &Path) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(codes_below(&path));
            } else {
                let text = std::fs::read_to_string(path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                let codes = code.match_indices("\"PCA.");
                found.extend(codes.map(|(at, _)| code[at + 1..at + 13].to_owned()));
            }
        }
        found
    }

    #[test]
    fn the_document_has_every_code_and_no_other() {
        let used = codes_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pca_v1"));
        let documented = documented();

        let rows: BTreeSet<String> = documented.keys().map(|code| (*code).to_owned()).collect();
        assert_eq!(rows, used);
        for (cause, _) in causes() {
            if let Some((status, code, _)) = own(cause) {
                assert_eq!(documented[code], status, "{code}");
            }
        }
    }
}
