//! OCSP requests (RFC 6960 §4.1) in HTTP, made beforehand.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use crate::der::{first, value};
use crate::failure::Failure;
use crate::plain::Answered;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
/// AlgorithmIdentifier of SHA-1, which clients use in CertIDs to this day.
const SHA1: [u8; 11] = [0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00];
/// id-pkix-ocsp-nonce.
const NONCE: [u8; 11] = [0x06, 0x09, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02];
/// How long a nonce is.
const NONCE_LENGTH: usize = 32;
/// What an OCSPResponse begins with that is `successful`, after its own tag and length.
const SUCCESSFUL: [u8; 3] = [0x0a, 0x01, 0x00];

/// What a request says of the issuer.
pub(crate) struct Issuer {
    name_hash: Vec<u8>,
    key_hash: Vec<u8>,
}

impl Issuer {
    /// The issuer with this certificate, DER.
    ///
    /// # Errors
    ///
    /// It is none.
    pub(crate) fn of(certificate: &[u8]) -> Result<Self, Failure> {
        Self::read(certificate).ok_or(Failure::Unintelligible {
            what: "the issuer's certificate",
            text: format!("{} octets", certificate.len()),
        })
    }

    /// TBSCertificate (RFC 5280 §4.1): version, serialNumber, signature, issuer, validity, subject,
    /// subjectPublicKeyInfo.
    fn read(certificate: &[u8]) -> Option<Self> {
        let mut rest = first(first(certificate)?.contents)?.contents;
        let mut fields = Vec::with_capacity(7);
        for _ in 0..7 {
            let field = first(rest)?;
            rest = field.rest;
            fields.push(field);
        }
        let subject = fields.get(5)?;
        let algorithm = first(fields.get(6)?.contents)?;
        // The first octet of a BIT STRING tells how many bits are unused.
        let key = first(algorithm.rest)?.contents.get(1..)?;
        let sha1 = |octets| digest(&SHA1_FOR_LEGACY_USE_ONLY, octets).as_ref().to_vec();
        Some(Self { name_hash: sha1(subject.whole), key_hash: sha1(key) })
    }

    /// A request about a serial number, its octets as DER has them.
    pub(crate) fn request(&self, serial: &[u8], nonce: Nonce) -> Vec<u8> {
        let cert_id = value(
            SEQUENCE,
            &[
                &SHA1,
                &value(OCTETS, &[&self.name_hash]),
                &value(OCTETS, &[&self.key_hash]),
                &value(INTEGER, &[serial]),
            ],
        );
        let list = value(SEQUENCE, &[&value(SEQUENCE, &[&cert_id])]);
        let extensions = match nonce {
            Nonce::None => Vec::new(),
            Nonce::Last => {
                let nonce = value(OCTETS, &[&value(OCTETS, &[&[0; NONCE_LENGTH]])]);
                let extension = value(SEQUENCE, &[&NONCE, &nonce]);
                value(0xa2, &[&value(SEQUENCE, &[&extension])])
            }
        };
        value(SEQUENCE, &[&value(SEQUENCE, &[&list, &extensions])])
    }
}

/// Whether a request has a nonce.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Nonce {
    /// It has none: the answer suits everybody.
    None,
    /// It has one, which is its last octets.
    Last,
}

/// A POST of a request.
pub(crate) fn post(authority: &str, request: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /ocsp/{authority} HTTP/1.1\r\nHost: 127.0.0.1\r\n\
         Content-Type: application/ocsp-request\r\nContent-Length: {}\r\n\r\n",
        request.len()
    );
    [head.as_bytes(), request].concat()
}

/// Makes the last octets of a request with a nonce such as no other one has.
pub(crate) fn number_nonce(number: u64, http: &mut [u8]) {
    if let Some(last) = http.last_chunk_mut::<8>() {
        *last = number.to_be_bytes();
    }
}

/// Whether it is an answer with a status, not a refusal.
pub(crate) fn is_successful(answered: &Answered<'_>) -> bool {
    let inside = first(answered.body).map(|response| response.contents);
    answered.status == 200 && inside.is_some_and(|inside| inside.starts_with(&SUCCESSFUL))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn issuer() -> Issuer {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        Issuer::of(params.self_signed(&key).unwrap().der()).unwrap()
    }

    #[test]
    fn a_nonce_is_at_the_very_end() {
        let request = issuer().request(&[1, 2, 3], Nonce::Last);

        let mut http = post("a", &request);
        number_nonce(7, &mut http);

        assert!(http.ends_with(&[0, 0, 0, 7]));
        assert_eq!(first(&request).unwrap().rest, &[0; 0]);
        assert!(issuer().request(&[1], Nonce::None).len() < 100);
    }

    #[test]
    fn what_is_no_certificate_is_no_issuer() {
        assert!(Issuer::of(b"no certificate").is_err());
    }

    #[test]
    fn only_an_answer_with_a_status_counts() {
        let good = value(SEQUENCE, &[&SUCCESSFUL, &[0xa0, 0]]);
        let refused = value(SEQUENCE, &[&[0x0a, 0x01, 0x06]]);

        assert!(is_successful(&Answered { status: 200, body: &good }));
        assert!(!is_successful(&Answered { status: 200, body: &refused }));
        assert!(!is_successful(&Answered { status: 503, body: &good }));
    }
}
