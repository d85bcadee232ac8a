//! `/v3/scm/csr`: certification requests.

mod answer;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod private_key;
pub(super) mod show;
pub(super) mod update;
pub(super) mod upload;

/// The longest name of a certification request, in characters.
const NAME_LENGTH: usize = 63;
