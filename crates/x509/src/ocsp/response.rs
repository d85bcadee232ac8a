//! The outermost form of an answer (RFC 6960 §4.2.1).

use crate::{
    der::{Writer, tag},
    key::SignatureAlgorithm,
    oid,
};

/// Why there is no status: an unsigned answer (RFC 6960 §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ResponseError {
    /// The request is not one.
    MalformedRequest = 1,
    /// The responder failed.
    InternalError = 2,
    /// The responder cannot answer now.
    TryLater = 3,
    /// The responder does not speak for the issuer (RFC 5019 §2.2.3).
    Unauthorized = 6,
}

impl ResponseError {
    /// The whole OCSPResponse.
    #[must_use]
    pub fn to_der(self) -> Vec<u8> {
        Writer::build(|w| w.sequence(|w| w.element(tag::ENUMERATED, &[self as u8])))
    }

    /// The one with this code.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        let all = [Self::MalformedRequest, Self::InternalError, Self::TryLater, Self::Unauthorized];
        all.into_iter().find(|error| *error as u8 == code)
    }
}

/// The whole OCSPResponse around a signed ResponseData, with the responder's certificate.
#[must_use]
pub fn successful(
    response_data: &[u8],
    algorithm: SignatureAlgorithm,
    signature: &[u8],
    certificate: &[u8],
) -> Vec<u8> {
    let basic = Writer::build(|w| {
        w.sequence(|w| {
            w.raw(response_data);
            w.raw(&algorithm.der());
            w.bit_string(signature);
            w.nested(tag::context_constructed(0), |w| w.sequence(|w| w.raw(certificate)));
        });
    });
    Writer::build(|w| {
        w.sequence(|w| {
            w.element(tag::ENUMERATED, &[0]);
            w.nested(tag::context_constructed(0), |w| {
                w.sequence(|w| {
                    w.oid(&oid::OCSP_BASIC);
                    w.octet_string(&basic);
                });
            });
        });
    })
}
