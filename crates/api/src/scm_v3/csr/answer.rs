//! The certification request, as the SSL certificate API shows it.

use pki::csr::{Csr, Usage};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use x509::key::KeyAlgorithm;

use crate::choice::word;
use crate::schema::{self, one_of};

/// Kinds of keys.
pub(super) const KEY_ALGORITHMS: [(&str, KeyAlgorithm); 6] = [
    ("RSA_2048", KeyAlgorithm::Rsa2048),
    ("RSA_3072", KeyAlgorithm::Rsa3072),
    ("RSA_4096", KeyAlgorithm::Rsa4096),
    ("EC_P256", KeyAlgorithm::EcP256),
    ("EC_P384", KeyAlgorithm::EcP384),
    ("SM2", KeyAlgorithm::Sm2),
];

/// For whom the certificate will be.
pub(super) const USAGES: [(&str, Usage); 2] =
    [("PERSONAL", Usage::Personal), ("ENTERPRISE", Usage::Enterprise)];

/// A certification request; what is not there is an empty text. Creating answers
/// without the PEM.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(schema_with = schema::hex_id)]
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    csr: Option<String>,
    domain_name: String,
    sans: String,
    #[schema(schema_with = key_algorithm)]
    private_key_algo: &'static str,
    #[schema(schema_with = usage)]
    usage: &'static str,
    company_country: String,
    company_province: String,
    company_city: String,
    company_name: String,
    create_time: i64,
    update_time: i64,
}

pub(super) fn key_algorithm() -> RefOr<Schema> {
    one_of(&KEY_ALGORITHMS)
}

pub(super) fn usage() -> RefOr<Schema> {
    one_of(&USAGES)
}

impl Answer {
    /// The request without its PEM.
    pub(super) fn without_pem(csr: Csr) -> Self {
        Self {
            id: csr.id.to_string(),
            name: csr.name,
            csr: None,
            domain_name: csr.domain_name,
            sans: csr.sans,
            private_key_algo: word(csr.algorithm, &KEY_ALGORITHMS),
            usage: word(csr.usage, &USAGES),
            company_country: csr.company.country,
            company_province: csr.company.province,
            company_city: csr.company.city,
            company_name: csr.company.name,
            create_time: csr.created_at.as_millis(),
            update_time: csr.updated_at.as_millis(),
        }
    }

    /// The request with its PEM.
    pub(super) fn with_pem(mut csr: Csr) -> Self {
        let pem = std::mem::take(&mut csr.request);
        Self { csr: Some(pem), ..Self::without_pem(csr) }
    }
}
