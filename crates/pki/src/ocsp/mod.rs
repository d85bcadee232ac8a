//! OCSP: what relying parties are told of the certificates of an authority (RFC 6960).

mod answer;
mod cache;
mod certificate;
mod port;
mod renew;
mod responder;
mod signer;
mod switch;

pub use answer::{Freshness, Made, OcspAnswer, Told};
pub use port::{OcspRows, Responders, Standing};
pub use responder::Responder;

pub(crate) use cache::Memory;
