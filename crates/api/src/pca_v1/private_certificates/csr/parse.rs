//! `POST /v1/private-certificates/csr/parse`

use axum::Json as Answered;
use pki::certificate::ParsedRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use x509::{HashAlgorithm, KeyFamily, SignatureAlgorithm};

use super::csr;
use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::pca_v1::{Error, distinguished_name};
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::text::<5120>)]
    csr: Option<String>,
}

/// What a certification request says of itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    key_algorithm: &'static str,
    key_algorithm_length: u32,
    signature_algorithm: &'static str,
    public_key: String,
    #[schema(inline)]
    distinguished_name: distinguished_name::Answer,
}

/// Decodes a certification request, whose signature must be its key's.
#[utoipa::path(
    post,
    path = "/v1/private-certificates/csr/parse",
    operation_id = "parse_certification_request",
    request_body = inline(Request),
    responses((status = 200, description = "What it says.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let text = csr(request.csr)?;
    let pki = caller.may(Action::ParseCsr).await?;
    Ok(Answered(pki.parse_certification_request(&text)?.into()))
}

impl From<ParsedRequest> for Answer {
    fn from(request: ParsedRequest) -> Self {
        Self {
            key_algorithm: match request.key_algorithm.family() {
                KeyFamily::Ec => "EC",
                KeyFamily::Rsa => "RSA",
                KeyFamily::Sm2 => "SM2",
            },
            key_algorithm_length: request.key_bits,
            signature_algorithm: signature(request.signature_algorithm),
            public_key: request.public_key,
            distinguished_name: request.subject.into(),
        }
    }
}

/// The scheme with its hash, as the API spells it.
fn signature(algorithm: SignatureAlgorithm) -> &'static str {
    use HashAlgorithm::{Sha256, Sha384, Sha512, Sm3};
    match (algorithm.family(), algorithm.hash()) {
        (KeyFamily::Ec, Sha256) => "SHA256withECDSA",
        (KeyFamily::Ec, Sha384) => "SHA384withECDSA",
        (KeyFamily::Ec, Sha512) => "SHA512withECDSA",
        (KeyFamily::Rsa, Sha256) => "SHA256withRSA",
        (KeyFamily::Rsa, Sha384) => "SHA384withRSA",
        (KeyFamily::Rsa, Sha512) => "SHA512withRSA",
        // SM3 goes with SM2, and with nothing else.
        (KeyFamily::Sm2, _) | (_, Sm3) => "SM3withSM2",
    }
}
