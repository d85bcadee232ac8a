//! The Online Certificate Status Protocol (RFC 6960): requests read, responses written and read.

mod basic;
mod cert_id;
mod read;
mod request;
mod response;
mod status;

pub use basic::BasicResponseFields;
pub use cert_id::{CertId, CertIdHash, IssuerHashes};
pub use read::BasicResponse;
pub use request::{MAX_CERT_IDS, MAX_REQUEST, Nonce, OcspRequest};
pub use response::{ResponseError, successful};
pub use status::{CertStatus, SingleResponse};
