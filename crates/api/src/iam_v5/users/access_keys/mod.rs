//! `/v5/users/{user_id}/access-keys`: permanent access keys.

pub(in crate::iam_v5) mod create;
pub(in crate::iam_v5) mod delete;
pub(in crate::iam_v5) mod list;
pub(in crate::iam_v5) mod update;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use iam::{AccessKey, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::choice::word;
use crate::iam_v3_0::Error;
use crate::iso_time;

/// The words for the states of an access key.
const STATES: [(&str, State); 2] = [("active", State::Enabled), ("inactive", State::Disabled)];

/// An access key without its secret.
#[derive(Serialize, ToSchema)]
struct Shown {
    user_id: String,
    access_key_id: String,
    created_at: String,
    status: &'static str,
}

impl From<AccessKey> for Shown {
    fn from(key: AccessKey) -> Self {
        Self {
            user_id: key.user.to_string(),
            created_at: iso_time::microseconds(key.created_at),
            status: word(key.state, &STATES),
            access_key_id: key.access,
        }
    }
}

/// The two variable segments of the path.
pub(crate) struct OfUser {
    user: String,
    access: String,
}

impl<S: Send + Sync> FromRequestParts<S> for OfUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let segments = axum::extract::Path::<(String, String)>::from_request_parts(parts, state);
        let axum::extract::Path((user, access)) =
            segments.await.map_err(|_| Error::not_found("access key does not exist"))?;
        Ok(Self { user, access })
    }
}

/// Refuses a key that is another user's.
async fn check_owner(
    (iam, account): (&iam::Iam, ledger::AccountId),
    user: ledger::UserId,
    access: &str,
) -> Result<(), iam::Error> {
    let key = iam.access_key(account, access).await?;
    if key.user == user { Ok(()) } else { Err(iam::Error::AccessKeyNotFound(access.to_owned())) }
}
