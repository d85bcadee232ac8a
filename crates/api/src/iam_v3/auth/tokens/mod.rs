//! `/v3/auth/tokens`: tokens.

pub(in crate::iam_v3) mod check;
pub(in crate::iam_v3) mod create;
pub(in crate::iam_v3) mod revoke;
pub(in crate::iam_v3) mod show;
mod sign_in;
mod token;

use axum::http::{HeaderMap, HeaderName};

use iam::Session;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::parameter::BadParameter;

/// The header that carries the text of the token spoken of.
const SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// The token that a request asks about, if it is the caller's own or they may do `action` with
/// that of another user.
async fn sought(caller: &Caller, headers: &HeaderMap, action: Action) -> Result<Session, Error> {
    let session = caller.identity().validate_token(caller.who(), subject(headers)?).await?;
    if session.user.id != caller.who().user_id() {
        caller.may_manage(action).await?;
    }
    Ok(session)
}

/// The text of the token that a request asks about.
fn subject(headers: &HeaderMap) -> Result<&str, BadParameter> {
    headers
        .get(SUBJECT_TOKEN)
        .and_then(|value| value.to_str().ok())
        .filter(|text| !text.is_empty())
        .ok_or_else(|| BadParameter::new("X-Subject-Token", "the header is mandatory and missing"))
}
