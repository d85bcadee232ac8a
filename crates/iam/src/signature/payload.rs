//! The hash of the body, and the header that may state it.

use subtle::ConstantTimeEq;

use super::{Algorithm, SignedRequest, hash};

/// What clients send when they have not hashed the body.
const UNSIGNED: &[u8] = b"UNSIGNED-PAYLOAD";

/// What to make of a body that the client says it has not hashed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UnhashedPayload {
    /// Its signature holds for any body.
    Accepted,
    /// Its signature does not hold.
    Refused,
}

/// The last line of the canonical request: the hash of the body as received. `None` when the
/// payload header says anything else, also for an empty body: otherwise a body could be stripped
/// on its way, or exchanged (`UNSIGNED-PAYLOAD`).
pub(crate) fn payload_hash(
    algorithm: Algorithm,
    request: &SignedRequest<'_>,
    unhashed: UnhashedPayload,
) -> Option<String> {
    let header = match algorithm {
        Algorithm::HmacSha256 | Algorithm::DerivedHmacSha256 => "x-sdk-content-sha256",
        Algorithm::HmacSm3 => "x-sdk-content-sm3",
    };
    let hash = hash(algorithm, request.body);
    let mut stated = request.values(header);
    let Some(text) = stated.next() else { return Some(hash) };
    let is_unhashed = text == UNSIGNED;
    if is_unhashed && unhashed == UnhashedPayload::Accepted && stated.next().is_none() {
        return String::from_utf8(UNSIGNED.to_vec()).ok();
    }
    if is_unhashed || stated.next().is_some() {
        return None;
    }
    // What was signed is the header's text, whatever the case of its digits.
    let text = std::str::from_utf8(text).ok()?.trim();
    bool::from(text.to_ascii_lowercase().as_bytes().ct_eq(hash.as_bytes())).then(|| text.to_owned())
}
