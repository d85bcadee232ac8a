//! `/v3.0/OS-CREDENTIAL/credentials`: permanent access keys.

pub(in crate::iam_v3_0) mod create;
pub(in crate::iam_v3_0) mod delete;
pub(in crate::iam_v3_0) mod list;
pub(in crate::iam_v3_0) mod show;
pub(in crate::iam_v3_0) mod update;

use iam::{AccessKey, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::iso_time;
use crate::parameter::{BadParameter, bounded};

/// How many characters a description has at most.
const DESCRIPTION_LENGTH: usize = 255;

/// The words for the states of an access key.
const STATES: [(&str, State); 2] = [("active", State::Enabled), ("inactive", State::Disabled)];

/// An access key without its secret. When it was last used is not kept track of.
#[derive(Serialize, ToSchema)]
struct Shown {
    user_id: String,
    access: String,
    status: &'static str,
    create_time: String,
    description: String,
}

impl From<AccessKey> for Shown {
    fn from(key: AccessKey) -> Self {
        Self {
            user_id: key.user.to_string(),
            status: crate::choice::word(key.state, &STATES),
            create_time: iso_time::microseconds(key.created_at),
            access: key.access,
            description: key.description,
        }
    }
}

/// `{"credential": {…}}`
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    credential: Shown,
}

/// A description: any text of at most 255 characters that can be seen, or none.
fn description(text: String) -> Result<String, BadParameter> {
    const FIELD: &str = "credential.description";
    if text.is_empty() {
        return Ok(text);
    }
    let text = bounded(FIELD, text, DESCRIPTION_LENGTH)?;
    if text.chars().any(char::is_control) {
        return Err(BadParameter::new(FIELD, "it has a control character"));
    }
    Ok(text)
}
