//! `/v1/private-certificate-authorities`

mod private_certificate_authorities;
