//! `/v1/private-certificate-authorities`

mod certificate_authorities;
