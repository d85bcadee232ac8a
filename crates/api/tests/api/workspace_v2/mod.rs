//! `/v2/{project_id}/certmanager`

mod private_certificate_authorities;
