//! `/v1/private-certificates/csr`: certificates from certification requests.

pub(crate) mod create;
pub(crate) mod parse;

use crate::parameter::{BadParameter, bounded, required};

/// The longest request, in characters.
const LONGEST: usize = 5120;

/// The certification request in a body.
fn csr(text: Option<String>) -> Result<String, BadParameter> {
    bounded("csr", required("csr", text)?, LONGEST)
}
