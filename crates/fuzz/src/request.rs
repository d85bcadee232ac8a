//! Certification requests.

use x509::{CertificationRequest, LineEnding, Sm2EmptyId};

use crate::{extensions, name, public_key, signed};

/// What is read is shown and written as it was; whoever accepts less does not accept more.
pub fn request(octets: &[u8]) {
    let Ok(request) = CertificationRequest::from_der(octets) else { return };
    assert_eq!(request.der(), octets);
    for ending in [LineEnding::Lf, LineEnding::CrLf] {
        let again = CertificationRequest::from_pem(&request.to_pem(ending));
        assert_eq!(again.as_ref(), Ok(&request));
    }
    name::check(request.subject());
    public_key::check(request.public_key());
    extensions::check(request.extensions());
    let names = request.subject_alt_names();
    extensions::check_names(&names);
    assert!(names.iter().all(|name| name.check().is_ok()), "only names fit to be certified");
    if request.verify(Sm2EmptyId::Refuse).is_ok() {
        assert!(request.verify(Sm2EmptyId::Accept).is_ok());
        signed::check(octets, request.signature_algorithm(), Some(request.public_key()));
    }
}
