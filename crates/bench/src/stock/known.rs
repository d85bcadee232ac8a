//! Certificates to ask about.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{Issuer, Stock};
use crate::call::Call;
use crate::client::{Target, once};
use crate::failure::Failure;
use crate::ocsp::{Issuer as OcspIssuer, Nonce};
use crate::requests::create_authority;

const AUTHORITIES: &str = "/v1/private-certificate-authorities";
const CERTIFICATES: &str = "/v1/private-certificates";
/// The bucket that every installation has.
const BUCKET: &str = "cinnabar-crl";
/// How many are issued before a load, where it asks about any.
const BEFOREHAND: usize = 100;

/// Certificates to ask about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Their identifiers.
    pub(crate) ids: Vec<String>,
    /// An OCSP request about each, DER.
    pub(crate) ocsp: Vec<bytes::Bytes>,
}

impl Known {
    /// These, of this authority.
    ///
    /// # Errors
    ///
    /// The authority's certificate cannot be read.
    pub(crate) fn of(certificates: Vec<(String, Vec<u8>)>, issuer: &[u8]) -> Result<Self, Failure> {
        let issuer = OcspIssuer::of(issuer)?;
        let (mut ids, mut ocsp) = (Vec::new(), Vec::new());
        for (id, serial) in certificates {
            ids.push(id);
            ocsp.push(issuer.request(&serial, Nonce::None).into());
        }
        Ok(Self { ids, ocsp })
    }
}

/// A root with a P-256 key that publishes CRLs and answers OCSP requests; its identifier.
///
/// # Errors
///
/// A request is refused.
pub(crate) fn founded(target: &Target, token: &str) -> Result<String, Failure> {
    founded_with(target, token, Issuer::P256)
}

/// The same with a key of another kind.
///
/// # Errors
///
/// A request is refused.
pub(super) fn founded_with(
    target: &Target,
    token: &str,
    issuer: Issuer,
) -> Result<String, Failure> {
    let agency = Call::post(format!("{AUTHORITIES}/agencies"), StatusCode::OK).with_token(token);
    once(target, &agency)?;
    let mut body = issuer.body();
    body["crl_configuration"] =
        json!({ "enabled": true, "obs_bucket_name": BUCKET, "valid_days": 7 });
    let authority = create_authority(target, token, &body)?;
    let switch =
        Call::post(format!("{AUTHORITIES}/{authority}/ocsp/switch"), StatusCode::NO_CONTENT);
    once(target, &switch.with_token(token).with_json(&json!({ "ocsp_switch": true })))?;
    Ok(authority)
}

/// Issues some.
///
/// # Errors
///
/// A request is refused.
pub(super) fn issued(target: &Target, token: &str, stock: &Stock) -> Result<Known, Failure> {
    let issuer = certificate_of(target, token, stock.authority())?;
    let mut certificates = Vec::with_capacity(BEFOREHAND);
    for body in stock.by_csr.iter().cycle().take(BEFOREHAND) {
        let call = Call::post(format!("{CERTIFICATES}/csr"), StatusCode::OK)
            .with_token(token)
            .with_bodies(vec![body.clone()]);
        let answer = once(target, &call)?;
        let id = certificate_id(&answer.body).ok_or_else(|| unlike(&answer.body))?.to_owned();
        let show = Call::get(format!("{CERTIFICATES}/{id}")).with_token(token);
        let shown = once(target, &show)?.body;
        let value: Value = serde_json::from_slice(&shown).map_err(Failure::Json)?;
        let serial = value.get("serial_number").and_then(Value::as_str).and_then(octets);
        certificates.push((id, serial.ok_or_else(|| unlike(&shown))?));
    }
    Known::of(certificates, &issuer)
}

/// The certificate of an authority, DER.
///
/// # Errors
///
/// The request is refused.
pub(crate) fn certificate_of(
    target: &Target,
    token: &str,
    authority: &str,
) -> Result<Vec<u8>, Failure> {
    let call = Call::post(format!("{AUTHORITIES}/{authority}/export"), StatusCode::OK);
    let body = once(target, &call.with_token(token))?.body;
    let value: Value = serde_json::from_slice(&body).map_err(Failure::Json)?;
    let pem = value.get("certificate").and_then(Value::as_str).ok_or_else(|| unlike(&body))?;
    let certificate = x509::Certificate::from_pem(pem).map_err(Failure::ours("a certificate"))?;
    Ok(certificate.der().to_vec())
}

/// The identifier in the answer to an issuance, without a parser's work: it is on the load's path.
pub(crate) fn certificate_id(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("\"certificate_id\"")?;
    rest.split('"').nth(1)
}

/// Octets from their hex digits, whatever stands between the pairs; a first octet that says that the
/// number is positive is there if it is needed (X.690 §8.3).
fn octets(hex: &str) -> Option<Vec<u8>> {
    let digits: String = hex.chars().filter(char::is_ascii_hexdigit).collect();
    let mut octets = Vec::with_capacity(digits.len() / 2 + 1);
    for place in (0..digits.len()).step_by(2) {
        octets.push(u8::from_str_radix(digits.get(place..place + 2)?, 16).ok()?);
    }
    if octets.first().is_some_and(|first| *first >= 0x80) {
        octets.insert(0, 0);
    }
    Some(octets)
}

fn unlike(body: &[u8]) -> Failure {
    let text = String::from_utf8_lossy(body).into_owned();
    Failure::Unintelligible { what: "the server's answer", text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identifier_is_found_in_an_answer() {
        assert_eq!(certificate_id(br#"{"certificate_id":"abc-1"}"#), Some("abc-1"));
        assert_eq!(certificate_id(br#"{"other":"abc-1"}"#), None);
    }

    #[test]
    fn a_serial_number_becomes_a_positive_integer() {
        assert_eq!(octets("7f01"), Some(vec![0x7f, 1]));
        assert_eq!(octets("80:01"), Some(vec![0, 0x80, 1]));
        assert_eq!(octets("123"), None);
    }
}
