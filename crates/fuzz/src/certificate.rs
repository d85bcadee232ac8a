//! Certificates.

use x509::der::Writer;
use x509::{Certificate, LineEnding, SerialNumber};

use crate::{extensions, name, public_key, signed};

/// What is read is shown and written as it was; a root verifies with its own key alone.
pub fn certificate(octets: &[u8]) {
    let Ok(certificate) = Certificate::from_der(octets) else { return };
    check(&certificate);
    assert_eq!(certificate.der(), octets);
    for ending in [LineEnding::Lf, LineEnding::CrLf] {
        let again = Certificate::from_pem(&certificate.to_pem(ending));
        assert_eq!(again.as_ref(), Ok(&certificate));
    }
}

/// What holds for any certificate that was read.
pub(crate) fn check(certificate: &Certificate) {
    name::check(certificate.issuer());
    name::check(certificate.subject());
    extensions::check(certificate.extensions());
    extensions::check_names(certificate.subject_alt_names());
    serial(certificate.serial());
    let own = certificate.public_key().ok();
    if let Some(key) = own {
        public_key::check(key);
    }
    let signer = own.filter(|_| certificate.is_self_issued());
    signed::check(certificate.der(), certificate.signature_algorithm(), signer);
    assert_eq!(
        certificate.is_self_issued(),
        certificate.issuer().matches(certificate.subject()),
        "self-issued is a matter of names"
    );
    if let Some(constraints) = certificate.name_constraints() {
        let (subject, names) = (certificate.subject(), certificate.subject_alt_names());
        let first = constraints.permits(subject, names).is_ok();
        assert_eq!(constraints.permits(subject, names).is_ok(), first);
    }
}

fn serial(serial: &SerialNumber) {
    let der = Writer::build(|w| serial.write(w));
    if serial.is_positive() {
        assert_eq!(SerialNumber::from_der(&der).as_ref(), Ok(serial));
        assert_eq!(SerialNumber::from_hex(&serial.to_hex()).as_ref(), Ok(serial));
    }
}
