//! What must hold for whatever octets a parser is given.
//!
//! Each target is a plain function that panics when something does not hold. `cargo test` runs all
//! of them on the corpus beside this crate and on bounded random changes to it; `make fuzz` runs
//! each with coverage guidance.

mod authorization;
mod certificate;
mod chain;
mod csr_attributes;
mod export;
mod extensions;
mod name;
mod ocsp_request;
mod pem;
mod policy;
mod private_key;
mod public_key;
mod request;
mod revocation_list;
mod san_text;
mod signed;
mod signed_request;

pub use authorization::authorization;
pub use certificate::certificate;
pub use chain::chain;
pub use csr_attributes::csr_attributes;
pub use export::export;
pub use name::name;
pub use ocsp_request::ocsp_request;
pub use pem::pem;
pub use policy::policy;
pub use private_key::private_key;
pub use public_key::public_key;
pub use request::request;
pub use revocation_list::revocation_list;
pub use san_text::san_text;
pub use signed_request::signed_request;

/// A target: what must hold for any octets.
pub type Target = fn(&[u8]);

/// Every target by its name, which is also its folder's in the corpus.
pub const TARGETS: [(&str, Target); 15] = [
    ("authorization", authorization),
    ("certificate", certificate),
    ("chain", chain),
    ("csr_attributes", csr_attributes),
    ("export", export),
    ("name", name),
    ("ocsp_request", ocsp_request),
    ("pem", pem),
    ("policy", policy),
    ("private_key", private_key),
    ("public_key", public_key),
    ("request", request),
    ("revocation_list", revocation_list),
    ("san_text", san_text),
    ("signed_request", signed_request),
];
