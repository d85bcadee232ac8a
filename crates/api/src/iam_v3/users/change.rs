//! What may be changed of a user, the same for `/v3/users` and `/v3.0/OS-USER/users`.

use iam::{State, UserChange};
use ledger::Author;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::{Caller, NotAllowed};
use crate::json::Object;
use crate::parameter::{BadParameter, given, optional_line, required};
use crate::schema;
use crate::secret::Secret;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Change>)]
    user: Option<Object<Change>>,
}

#[derive(Deserialize, ToSchema)]
struct Change {
    #[schema(schema_with = schema::optional_line::<64>)]
    name: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    password: Option<Secret>,
    #[schema(schema_with = schema::optional_flag)]
    enabled: Option<bool>,
    #[schema(schema_with = schema::optional_line::<255>)]
    description: Option<String>,
}

impl TryFrom<Request> for UserChange {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let Object(change) = required("user", request.user)?;
        let description = match change.description {
            Some(text) => Some(optional_line("user.description", Some(text), 255)?),
            None => None,
        };
        let password = change.password.map(|Secret(password)| password);
        Ok(Self {
            name: given(Some(optional_line("user.name", change.name, 64)?)),
            description,
            password: password.filter(|password| !password.is_empty()),
            state: change.enabled.map(|on| if on { State::Enabled } else { State::Disabled }),
        })
    }
}

/// On whose behalf the user is changed. A new password needs leave of its own, and a credential
/// that lasts.
pub(crate) async fn author<'a, E>(
    caller: &'a Caller,
    user_id: &str,
    change: &UserChange,
) -> Result<&'a Author, E>
where
    E: From<NotAllowed> + From<iam::Error>,
{
    if change.password.is_none() {
        return Ok(caller.author());
    }
    caller.may_manage_one(Action::SetUserPassword, user_id).await?;
    Ok(caller.who().lasting_author()?)
}
