//! What is asked of the server.

use bytes::Bytes;
use hyper::StatusCode;
use rcgen::{CertificateParams, DnType, KeyPair};
use serde_json::{Value, json};

use crate::call::Call;
use crate::client::{Target, once};
use crate::failure::Failure;
use crate::server::Credentials;

const AUTHORITIES: &str = "/v1/private-certificate-authorities";

/// Signs in with the password; the token.
///
/// # Errors
///
/// It is refused, or comes without a token.
pub(crate) fn sign_in(target: &Target, credentials: &Credentials) -> Result<String, Failure> {
    let user = json!({
        "name": credentials.user_name,
        "password": credentials.password,
        "domain": { "name": credentials.account_name },
    });
    let body = json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": user } },
        "scope": { "project": { "id": credentials.project_id } },
    }});
    let call = Call::post("/v3/auth/tokens?nocatalog=true", StatusCode::CREATED).with_json(&body);
    let answer = once(target, &call)?;
    let token = answer.headers.get("X-Subject-Token").and_then(|token| token.to_str().ok());
    token.map(str::to_owned).ok_or_else(|| Failure::Unintelligible {
        what: "the sign-in's answer",
        text: String::from_utf8_lossy(&answer.body).into_owned(),
    })
}

/// Makes a key of this algorithm and a CSR.
pub(crate) fn create_csr(algorithm: &str) -> Call {
    Call::post("/v3/scm/csr", StatusCode::CREATED).with_json(&json!({
        "name": "bench",
        "domain_name": "shop.example.org",
        "sans": "www.shop.example.org",
        "private_key_algo": algorithm,
        "usage": "ENTERPRISE",
        "company_country": "DE",
        "company_province": "Hamburg",
        "company_city": "Hamburg",
        "company_name": "Example GmbH",
    }))
}

/// Registers these CSRs in turn.
pub(crate) fn upload_csr(csrs: &[String]) -> Call {
    let body = |csr| Bytes::from(json!({ "name": "bench", "csr": csr }).to_string());
    Call::post("/v3/scm/csr/upload", StatusCode::OK).with_bodies(csrs.iter().map(body).collect())
}

/// A CSR for a new P-256 key, PEM.
///
/// # Errors
///
/// The library's own.
pub(crate) fn new_csr() -> Result<String, Failure> {
    let names = vec!["shop.example.org".to_owned(), "www.shop.example.org".to_owned()];
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "DE");
    params.distinguished_name.push(DnType::OrganizationName, "Example GmbH");
    params.distinguished_name.push(DnType::CommonName, "shop.example.org");
    Ok(params.serialize_request(&KeyPair::generate()?)?.pem()?)
}

/// Creates a root, a subordinate and one below it, and asks for the last one's certificate and
/// chain.
///
/// # Errors
///
/// One of them is refused.
pub(crate) fn export_of_three(target: &Target, token: &str) -> Result<Call, Failure> {
    let root = create_authority(target, token, &authority("root", "ROOT"))?;
    let upper = subordinate("upper", &root, 1);
    let upper = create_authority(target, token, &upper)?;
    let lower = subordinate("lower", &upper, 0);
    let lower = create_authority(target, token, &lower)?;
    Ok(Call::post(format!("{AUTHORITIES}/{lower}/export"), StatusCode::OK).with_token(token))
}

/// Creates an authority; its identifier.
///
/// # Errors
///
/// It is refused.
pub(crate) fn create_authority(
    target: &Target,
    token: &str,
    body: &Value,
) -> Result<String, Failure> {
    let call = Call::post(AUTHORITIES, StatusCode::OK).with_token(token).with_json(body);
    let answer = once(target, &call)?;
    let value: Value = serde_json::from_slice(&answer.body).map_err(Failure::Json)?;
    value.get("ca_id").and_then(Value::as_str).map(str::to_owned).ok_or_else(|| {
        Failure::Unintelligible { what: "the authority's creation", text: value.to_string() }
    })
}

/// A new authority with a P-256 key.
pub(crate) fn authority(name: &str, kind: &str) -> Value {
    json!({
        "type": kind,
        "distinguished_name": {
            "common_name": format!("bench {name}"),
            "country": "DE",
            "state": "Hamburg",
            "locality": "Hamburg",
            "organization": "Example GmbH",
            "organizational_unit": "Bench",
        },
        "key_algorithm": "EC256",
        "signature_algorithm": "SHA256",
        "validity": { "type": "YEAR", "value": 10 },
    })
}

/// Below `issuer`, for a shorter time.
fn subordinate(name: &str, issuer: &str, path_length: u8) -> Value {
    let mut body = authority(name, "SUBORDINATE");
    body["issuer_id"] = json!(issuer);
    body["path_length"] = json!(path_length);
    body["validity"]["value"] = json!(u32::from(path_length) + 1);
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_csr_is_another() {
        let (one, other) = (new_csr().unwrap(), new_csr().unwrap());

        assert!(one.starts_with("-----BEGIN CERTIFICATE REQUEST-----"), "{one}");
        assert_ne!(one, other);
    }

    #[test]
    fn a_lower_subordinate_ends_before_the_upper_one() {
        let years = |length| subordinate("x", "y", length)["validity"]["value"].as_u64();

        assert_eq!((years(1), years(0)), (Some(2), Some(1)));
    }
}
