//! Certification requests (PKCS#10, RFC 2986).

mod fields;

pub use fields::RequestFields;

use crate::{
    der::{DerError, Reader, tag},
    error::{ParseError, Part},
    extension::{
        BasicConstraints, ExtendedKeyUsage, Extension, KeyUsage, Recognized, read_extensions,
    },
    general_name::GeneralName,
    key::{BadSignature, PublicKey, SignatureAlgorithm},
    name::Name,
    oid::{self, Oid},
    pem::{self, LineEnding},
    signed::Signed,
};

/// The most octets of a request that is read.
pub const MAX_REQUEST: usize = 64 * 1024;

/// Whether an SM2 signature made with the empty identifier is accepted beside one made with the default one.
/// OpenSSL uses the empty one when nobody names another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sm2EmptyId {
    /// It is accepted.
    Accept,
    /// It is refused.
    Refuse,
}

/// A certification request. Its signature is not verified by reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificationRequest {
    signed: Signed,
    subject: Name,
    public_key: PublicKey,
    extensions: Vec<Extension>,
    recognized: Recognized,
}

impl CertificationRequest {
    /// Reads a whole request.
    ///
    /// # Errors
    /// [`ParseError`] if it is malformed or too large, its key is not supported, or an alternative name is not fit
    /// to be certified.
    pub fn from_der(der: &[u8]) -> Result<Self, ParseError> {
        if der.len() > MAX_REQUEST {
            return Err(ParseError::TooLarge { limit: MAX_REQUEST });
        }
        let signed = Signed::from_der(der).part("certification request")?;
        let mut outer = Reader::new(signed.to_be_signed());
        let mut fields = outer.nested(tag::SEQUENCE).part("certification request")?;
        let version = fields.unsigned().part("version")?;
        if version != [0] {
            return Err(DerError::Value).part("version");
        }
        let subject = fields.any().part("subject")?;
        let subject = Name::from_der(subject.encoded).part("subject")?;
        let public_key = fields.any().part("subjectPublicKeyInfo")?;
        let public_key = PublicKey::from_spki_der(public_key.encoded)?;
        // RFC 2986 wants them always, if need be empty; some programs leave them out.
        let attributes = fields.optional(tag::context_constructed(0)).part("attributes")?;
        fields.finish().part("certification request")?;

        let extensions = match attributes {
            Some(attributes) => read_attributes(attributes)?,
            None => Vec::new(),
        };
        let recognized = Recognized::read(&extensions)?;
        recognized.check_names()?;
        Ok(Self { signed, subject, public_key, extensions, recognized })
    }

    /// Reads one PEM block `CERTIFICATE REQUEST` or `NEW CERTIFICATE REQUEST`.
    ///
    /// # Errors
    /// As [`CertificationRequest::from_der`], and if there is not exactly one block.
    pub fn from_pem(text: &str) -> Result<Self, ParseError> {
        let labels = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
        Self::from_der(&pem::decode_one(text, &labels)?)
    }

    /// The bytes it was read from.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.signed.der()
    }

    /// It as a PEM block `CERTIFICATE REQUEST`.
    #[must_use]
    pub fn to_pem(&self, ending: LineEnding) -> String {
        pem::encode("CERTIFICATE REQUEST", self.der(), ending)
    }

    /// The subject, as it was written.
    #[must_use]
    pub const fn subject(&self) -> &Name {
        &self.subject
    }

    /// The key to be certified.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// How it is signed; `None` if by an algorithm that is not supported.
    #[must_use]
    pub const fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        self.signed.algorithm()
    }

    /// The object identifier of the signature algorithm, supported or not.
    #[must_use]
    pub const fn signature_algorithm_oid(&self) -> &Oid {
        self.signed.algorithm_oid()
    }

    /// All extensions that are asked for.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The alternative names of the forms DNS, IP address, e-mail and URI, in order.
    #[must_use]
    pub fn subject_alt_names(&self) -> Vec<GeneralName> {
        let copied = |name: &&GeneralName| {
            !matches!(name, GeneralName::Directory(_) | GeneralName::Other(_))
        };
        self.recognized.names().iter().filter(copied).cloned().collect()
    }

    /// The `keyUsage` that is asked for.
    #[must_use]
    pub const fn key_usage(&self) -> Option<KeyUsage> {
        self.recognized.key_usage
    }

    /// The `extKeyUsage` that is asked for.
    #[must_use]
    pub const fn extended_key_usage(&self) -> Option<&ExtendedKeyUsage> {
        self.recognized.extended_key_usage.as_ref()
    }

    /// The `basicConstraints` that are asked for.
    #[must_use]
    pub const fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.recognized.basic_constraints
    }

    /// Verifies that the request is signed by the key it carries.
    ///
    /// # Errors
    /// [`BadSignature`] if it is not, or the algorithm is not supported.
    pub fn verify(&self, empty_id: Sm2EmptyId) -> Result<(), BadSignature> {
        let by_default_id = self.signed.verify(&self.public_key);
        match empty_id {
            Sm2EmptyId::Refuse => by_default_id,
            Sm2EmptyId::Accept => {
                by_default_id.or_else(|_| self.signed.verify_sm2_with_empty_id(&self.public_key))
            }
        }
    }
}

/// The extensions in the one `extensionRequest` attribute (RFC 2985 §5.4.2), or none.
fn read_attributes(mut attributes: Reader<'_>) -> Result<Vec<Extension>, ParseError> {
    let mut extensions = None;
    while !attributes.is_empty() {
        let (kind, mut values) = read_attribute(&mut attributes).part("attributes")?;
        if kind != oid::EXTENSION_REQUEST && kind != oid::MICROSOFT_EXTENSION_REQUEST {
            continue;
        }
        let value = values.nested(tag::SEQUENCE).part("extensionRequest")?;
        values.finish().part("extensionRequest")?;
        if extensions.replace(read_extensions(value)?).is_some() {
            return Err(DerError::Value).part("extensionRequest");
        }
    }
    Ok(extensions.unwrap_or_default())
}

/// One attribute's type and values.
fn read_attribute<'a>(attributes: &mut Reader<'a>) -> Result<(Oid, Reader<'a>), DerError> {
    let mut attribute = attributes.nested(tag::SEQUENCE)?;
    let kind = attribute.oid()?;
    let values = attribute.nested(tag::SET)?;
    attribute.finish()?;
    Ok((kind, values))
}
