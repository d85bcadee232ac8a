//! Reads an answer: for tests, and for whoever checks what was signed.

use super::request::wrapped_extensions;
use super::{Nonce, ResponseError, SingleResponse};
use crate::{
    certificate::Certificate,
    der::{DerError, Reader, tag},
    error::{ParseError, Part},
    key::{BadSignature, PublicKey, SignatureAlgorithm},
    oid,
    time::UnixTime,
};

/// A BasicOCSPResponse with ResponderID `byKey` and one certificate, as they are made here. Its
/// signature is not verified by reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicResponse {
    /// The ResponderID.
    pub responder_key_hash: Vec<u8>,
    /// When it was signed.
    pub produced_at: UnixTime,
    /// What it tells.
    pub responses: Vec<SingleResponse>,
    /// The request's nonce.
    pub nonce: Option<Nonce>,
    /// The responder's certificate.
    pub certificate: Certificate,
    response_data: Vec<u8>,
    algorithm: Option<SignatureAlgorithm>,
    signature: Vec<u8>,
}

impl BasicResponse {
    /// Reads a whole OCSPResponse: the inner error is the answer of a responder that tells no status.
    ///
    /// # Errors
    /// [`ParseError`] if it is malformed or of another form.
    pub fn from_der(der: &[u8]) -> Result<Result<Self, ResponseError>, ParseError> {
        const PART: &str = "OCSPResponse";
        let mut outer = Reader::new(der);
        let mut response = outer.nested(tag::SEQUENCE).part(PART)?;
        outer.finish().part(PART)?;
        let status = response.content(tag::ENUMERATED).part("responseStatus")?;
        if status != [0] {
            response.finish().part(PART)?;
            let error = status.first().copied().and_then(ResponseError::from_code);
            return error.map(Err).ok_or(DerError::Value).part("responseStatus");
        }
        let mut wrapper = response.nested(tag::context_constructed(0)).part("responseBytes")?;
        response.finish().part(PART)?;
        let mut bytes = wrapper.nested(tag::SEQUENCE).part("responseBytes")?;
        if bytes.oid().part("responseType")? != oid::OCSP_BASIC {
            return Err(DerError::Value).part("responseType");
        }
        let basic = bytes.content(tag::OCTET_STRING).part("response")?;
        bytes.finish().part("responseBytes")?;
        Self::read(basic).map(Ok)
    }

    fn read(der: &[u8]) -> Result<Self, ParseError> {
        const PART: &str = "BasicOCSPResponse";
        let mut outer = Reader::new(der);
        let mut basic = outer.nested(tag::SEQUENCE).part(PART)?;
        outer.finish().part(PART)?;
        let response_data = basic.any().part("tbsResponseData")?.encoded;
        let algorithm = basic.any().part("signatureAlgorithm")?;
        let signature = basic.bit_string().part("signature")?.to_vec();
        let mut wrapper = basic.nested(tag::context_constructed(0)).part("certs")?;
        let certificate = Certificate::from_der(wrapper.content(tag::SEQUENCE).part("certs")?)?;
        basic.finish().part(PART)?;

        let mut outer = Reader::new(response_data);
        let mut fields = outer.nested(tag::SEQUENCE).part("tbsResponseData")?;
        let mut responder = fields.nested(tag::context_constructed(2)).part("responderID")?;
        let responder_key_hash = responder.content(tag::OCTET_STRING).part("responderID")?.to_vec();
        let produced_at = fields.any().and_then(UnixTime::from_generalized).part("producedAt")?;
        let mut list = fields.nested(tag::SEQUENCE).part("responses")?;
        let mut responses = Vec::new();
        while !list.is_empty() {
            responses.push(SingleResponse::read(&mut list).part("responses")?);
        }
        let mut nonce = None;
        for extension in wrapped_extensions(&mut fields, tag::context_constructed(1))? {
            if extension.oid == oid::OCSP_NONCE {
                nonce = Nonce::from_value(&extension.value).part("nonce")?;
            }
        }
        fields.finish().part("tbsResponseData")?;
        Ok(Self {
            responder_key_hash,
            produced_at,
            responses,
            nonce,
            certificate,
            response_data: response_data.to_vec(),
            algorithm: SignatureAlgorithm::from_der(algorithm.encoded).ok(),
            signature,
        })
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn response_data(&self) -> &[u8] {
        &self.response_data
    }

    /// The signature over them.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Verifies that it is signed by `key`: that of its certificate, or of the issuer itself.
    ///
    /// # Errors
    /// [`BadSignature`] if it is not, or the algorithm is not supported.
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<(), BadSignature> {
        key.verify(self.algorithm.ok_or(BadSignature)?, &self.response_data, &self.signature)
    }
}
