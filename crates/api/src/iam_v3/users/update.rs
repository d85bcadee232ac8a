//! `PATCH /v3/users/{user_id}`

use axum::Json as Answered;
use iam::{State, UserChange};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::iam_v3::own;
use crate::json::{Json, Object};
use crate::parameter::{given, optional_line, required};
use crate::path::Segment;
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

/// Changes a user. Whom it disables, and whose password it sets, loses its sessions at once.
#[utoipa::path(
    patch,
    path = "/v3/users/{user_id}",
    operation_id = "update_user",
    params(("user_id" = String, Path)),
    request_body = inline(Request),
    responses((status = 200, description = "The user.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(user_id): Segment,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let Object(change) = required("user", request.user)?;
    let password = change.password.filter(|Secret(password)| !password.is_empty());
    let state = change.enabled.map(|on| if on { State::Enabled } else { State::Disabled });
    let name = optional_line("user.name", change.name, 64)?;
    let description = match change.description {
        Some(text) => Some(optional_line("user.description", Some(text), 255)?),
        None => None,
    };
    let password = password.map(|Secret(password)| password);
    let change = UserChange { name: given(Some(name)), description, password, state };

    let (iam, id) = own::user(&caller, Action::UpdateUser, &user_id).await?;
    let author = if change.password.is_some() {
        caller.may_manage_one(Action::SetUserPassword, &user_id).await?;
        caller.who().lasting_author()?
    } else {
        caller.author()
    };
    Ok(Answered(iam.update_user(author, id, change).await?.into()))
}
