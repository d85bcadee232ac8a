//! OCSP requests.

use x509::ocsp::{MAX_CERT_IDS, OcspRequest};

/// What is read is bounded, and written anew it is read as the same.
pub fn ocsp_request(octets: &[u8]) {
    let Ok(request) = OcspRequest::from_der(octets) else { return };
    assert!((1..=MAX_CERT_IDS).contains(&request.cert_ids.len()));
    if let Some(nonce) = &request.nonce {
        assert!((16..=32).contains(&nonce.octets().len()));
    }
    for cert_id in &request.cert_ids {
        assert!(octets.windows(cert_id.der().len()).any(|window| window == cert_id.der()));
        assert!(cert_id.serial().is_none_or(|serial| serial.is_positive()));
    }
    assert_eq!(OcspRequest::from_der(&request.to_der()).as_ref(), Ok(&request));
}
