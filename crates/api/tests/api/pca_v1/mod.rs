//! `/v1/private-certificate-authorities`, `/v1/private-certificates`

mod pca;
mod private_certificate_authorities;
mod private_certificates;
mod states;
