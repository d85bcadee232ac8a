//! The attributes of certification requests.

use x509::der::{Writer, tag};
use x509::{
    AttributeType, CertificationRequest, HashAlgorithm, KeyAlgorithm, Name, PrivateKey,
    SignatureAlgorithm, signed,
};

use crate::extensions;

/// The octets are what the attributes of a request hold that is sound otherwise. Of one that is
/// read no kind of extension was asked for twice, and what is taken of it can be written into a
/// certificate.
pub fn csr_attributes(octets: &[u8]) {
    let Some(der) = request(octets) else { return };
    let Ok(request) = CertificationRequest::from_der(&der) else { return };
    assert_eq!(request.der(), der);
    let asked = request.extensions();
    extensions::check(asked);
    for (i, extension) in asked.iter().enumerate() {
        assert!(asked.iter().skip(i + 1).all(|other| other.oid != extension.oid), "asked twice");
    }
    let names = request.subject_alt_names();
    extensions::check_names(&names);
    assert!(names.iter().all(|name| name.check().is_ok()), "only names fit to be certified");
}

/// A request with these attributes; its signature is none, which reading does not look at.
fn request(attributes: &[u8]) -> Option<Vec<u8>> {
    let key = PrivateKey::from_ec_scalar(KeyAlgorithm::EcP256, &[7; 32]).ok()?;
    let subject = Name::from_attributes(&[(AttributeType::CommonName, "a")]).ok()?;
    let to_be_signed = Writer::build(|w| {
        w.sequence(|w| {
            w.unsigned(&[0]);
            w.raw(subject.der());
            w.raw(key.public_key().spki_der());
            w.nested(tag::context_constructed(0), |w| w.raw(attributes));
        });
    });
    let algorithm = SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha256);
    Some(signed::assemble(&to_be_signed, algorithm, &[0]))
}
