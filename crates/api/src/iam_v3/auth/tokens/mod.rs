//! `/v3/auth/tokens`: tokens.

pub(in crate::iam_v3) mod check;
pub(in crate::iam_v3) mod create;
pub(in crate::iam_v3) mod revoke;
pub(in crate::iam_v3) mod show;
mod sign_in;
mod token;

use axum::http::{HeaderMap, HeaderName};

use crate::parameter::BadParameter;

/// The header that carries the text of the token spoken of.
const SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// The text of the token that a request asks about.
fn subject(headers: &HeaderMap) -> Result<&str, BadParameter> {
    headers
        .get(SUBJECT_TOKEN)
        .and_then(|value| value.to_str().ok())
        .filter(|text| !text.is_empty())
        .ok_or_else(|| BadParameter::new("X-Subject-Token", "the header is mandatory and missing"))
}
