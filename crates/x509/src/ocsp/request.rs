//! What a relying party asks (RFC 6960 §4.1, RFC 9654).

use super::CertId;
use crate::{
    der::{DerError, Reader, Writer, tag},
    error::{ParseError, Part},
    extension::{Extension, read_extensions, write_extensions},
    oid,
};

/// The most octets of a request that is read.
pub const MAX_REQUEST: usize = 64 * 1024;

/// The most certificates that one request asks about.
pub const MAX_CERT_IDS: usize = 32;

/// The octets that an answer repeats, so that it is known to be new: 16 to 32 (RFC 9654 §2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(Vec<u8>);

impl Nonce {
    /// These octets, if they are 16 to 32.
    #[must_use]
    pub fn new(octets: &[u8]) -> Option<Self> {
        (16..=32).contains(&octets.len()).then(|| Self(octets.to_vec()))
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    /// The extension that carries it, in requests and answers.
    pub(super) fn to_extension(&self) -> Extension {
        let value = Writer::build(|w| w.octet_string(&self.0));
        Extension { oid: oid::OCSP_NONCE, critical: false, value }
    }

    /// Reads the extension's value: `None` if its length is one for which RFC 9654 §2.1 leaves it to
    /// the responder whether it is repeated, and which is not repeated here.
    pub(super) fn from_value(value: &[u8]) -> Result<Option<Self>, DerError> {
        let mut reader = Reader::new(value);
        let octets = reader.content(tag::OCTET_STRING)?;
        reader.finish()?;
        if !(1..=128).contains(&octets.len()) {
            return Err(DerError::Value);
        }
        Ok(Self::new(octets))
    }
}

/// An OCSP request. A signature is neither needed nor looked at (RFC 6960 §4.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OcspRequest {
    /// The certificates asked about, in order: at least one.
    pub cert_ids: Vec<CertId>,
    /// What the answer is to repeat.
    pub nonce: Option<Nonce>,
}

impl OcspRequest {
    /// Reads a whole request.
    ///
    /// # Errors
    /// [`ParseError`] if it is malformed, asks about none or more than [`MAX_CERT_IDS`], has a nonce of
    /// 0 or more than 128 octets (RFC 9654 §2.1), or a critical extension that is not known.
    pub fn from_der(der: &[u8]) -> Result<Self, ParseError> {
        const PART: &str = "OCSPRequest";
        if der.len() > MAX_REQUEST {
            return Err(ParseError::TooLarge { limit: MAX_REQUEST });
        }
        let mut outer = Reader::new(der);
        let mut request = outer.nested(tag::SEQUENCE).part(PART)?;
        outer.finish().part(PART)?;
        let mut fields = request.nested(tag::SEQUENCE).part("tbsRequest")?;
        request.optional(tag::context_constructed(0)).part("optionalSignature")?;
        request.finish().part(PART)?;

        // An encoded default is not DER, and harmless.
        if let Some(mut version) = fields.optional(tag::context_constructed(0)).part("version")? {
            let known = version.unsigned().part("version")? == [0];
            version.finish().part("version")?;
            if !known {
                return Err(DerError::Value).part("version");
            }
        }
        fields.optional(tag::context_constructed(1)).part("requestorName")?;
        let cert_ids = read_list(fields.nested(tag::SEQUENCE).part("requestList")?)?;
        let extensions = wrapped_extensions(&mut fields, tag::context_constructed(2))?;
        fields.finish().part("tbsRequest")?;

        let mut nonce = None;
        for Extension { oid, critical, value } in extensions {
            if oid == oid::OCSP_NONCE {
                nonce = Nonce::from_value(&value).part("nonce")?;
            } else if critical {
                return Err(ParseError::UnknownCriticalExtension(oid));
            }
        }
        Ok(Self { cert_ids, nonce })
    }

    /// The request, DER, unsigned.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.sequence(|w| {
                        self.cert_ids.iter().for_each(|id| w.sequence(|w| w.raw(id.der())));
                    });
                    if let Some(nonce) = &self.nonce {
                        w.nested(tag::context_constructed(2), |w| {
                            write_extensions(w, &[nonce.to_extension()]);
                        });
                    }
                });
            });
        })
    }
}

fn read_list(mut list: Reader<'_>) -> Result<Vec<CertId>, ParseError> {
    const PART: &str = "requestList";
    let mut cert_ids = Vec::new();
    while !list.is_empty() {
        if cert_ids.len() == MAX_CERT_IDS {
            return Err(ParseError::TooLarge { limit: MAX_CERT_IDS });
        }
        let mut request = list.nested(tag::SEQUENCE).part(PART)?;
        cert_ids.push(CertId::read(&mut request).part("reqCert")?);
        // A serviceLocator may be among them, which is for responders that pass requests on.
        let extensions = wrapped_extensions(&mut request, tag::context_constructed(0))?;
        request.finish().part(PART)?;
        if let Some(unknown) = extensions.into_iter().find(|extension| extension.critical) {
            return Err(ParseError::UnknownCriticalExtension(unknown.oid));
        }
    }
    if cert_ids.is_empty() {
        return Err(DerError::Value).part(PART);
    }
    Ok(cert_ids)
}

/// Reads optional `Extensions` under an explicit tag.
pub(super) fn wrapped_extensions(
    reader: &mut Reader<'_>,
    tag: u8,
) -> Result<Vec<Extension>, ParseError> {
    let Some(mut wrapper) = reader.optional(tag).part("extensions")? else {
        return Ok(Vec::new());
    };
    let sequence = wrapper.nested(tag::SEQUENCE).part("extensions")?;
    wrapper.finish().part("extensions")?;
    read_extensions(sequence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AttributeType, KeyAlgorithm, Name, PrivateKey, SerialNumber, ocsp::CertIdHash};

    fn cert_id(octet: u8) -> CertId {
        let key = PrivateKey::from_ec_scalar(KeyAlgorithm::EcP256, &[1; 32]).unwrap();
        let name = Name::from_attributes(&[(AttributeType::CommonName, "Issuer")]).unwrap();
        let serial = SerialNumber::from_random([octet; 20]);
        CertId::new(CertIdHash::Sha256, (&name, key.public_key()), &serial)
    }

    /// A request about one certificate with this extension.
    fn with_extension(oid: oid::Oid, critical: bool, value: Vec<u8>) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.sequence(|w| w.sequence(|w| w.raw(cert_id(1).der())));
                    w.nested(tag::context_constructed(2), |w| {
                        write_extensions(w, &[Extension { oid, critical, value }]);
                    });
                });
            });
        })
    }

    fn with_nonce(length: usize) -> Vec<u8> {
        let value = Writer::build(|w| w.octet_string(&vec![9; length]));
        with_extension(oid::OCSP_NONCE, false, value)
    }

    #[test]
    fn what_is_written_is_read_back() {
        for nonce in [None, Nonce::new(&[3; 16]), Nonce::new(&[3; 32])] {
            let request = OcspRequest { cert_ids: (0..3).map(cert_id).collect(), nonce };

            assert_eq!(OcspRequest::from_der(&request.to_der()).as_ref(), Ok(&request));
        }
    }

    #[test]
    fn a_nonce_of_none_or_more_than_128_octets_is_malformed() {
        for length in [0, 129, 200] {
            assert!(OcspRequest::from_der(&with_nonce(length)).is_err(), "{length}");
        }
    }

    #[test]
    fn a_nonce_of_16_to_32_octets_is_kept_and_others_are_passed_over() {
        for (length, kept) in [(1, 0), (15, 0), (16, 16), (32, 32), (33, 0), (128, 0)] {
            let request = OcspRequest::from_der(&with_nonce(length)).unwrap();

            let octets = request.nonce.map_or(0, |nonce| nonce.octets().len());
            assert_eq!(octets, kept, "{length}");
        }
    }

    #[test]
    fn only_critical_extensions_that_are_not_known_are_refused() {
        let unknown = || oid::SERVER_AUTH;
        assert!(OcspRequest::from_der(&with_extension(unknown(), false, vec![])).is_ok());
        assert!(OcspRequest::from_der(&with_extension(unknown(), true, vec![])).is_err());
    }

    #[test]
    fn asks_about_at_least_one_and_at_most_so_many() {
        for (count, read) in
            [(0, false), (1, true), (MAX_CERT_IDS, true), (MAX_CERT_IDS + 1, false)]
        {
            let request = OcspRequest { cert_ids: vec![cert_id(1); count], nonce: None };

            assert_eq!(OcspRequest::from_der(&request.to_der()).is_ok(), read, "{count}");
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let good = OcspRequest { cert_ids: vec![cert_id(1)], nonce: None }.to_der();
        for octets in [&b""[..], b"\x30\x00", &good[1..], &good[..good.len() - 1]] {
            assert!(OcspRequest::from_der(octets).is_err(), "{octets:?}");
        }
        let mut longer = good;
        longer.push(0);
        assert!(OcspRequest::from_der(&longer).is_err());
    }

    #[test]
    fn the_default_version_may_be_written_out_and_another_may_not() {
        for (version, read) in [(0, true), (1, false)] {
            let der = Writer::build(|w| {
                w.sequence(|w| {
                    w.sequence(|w| {
                        w.nested(tag::context_constructed(0), |w| w.unsigned(&[version]));
                        w.sequence(|w| w.sequence(|w| w.raw(cert_id(1).der())));
                    });
                });
            });

            assert_eq!(OcspRequest::from_der(&der).is_ok(), read, "{version}");
        }
    }
}
