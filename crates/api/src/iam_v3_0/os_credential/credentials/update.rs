//! `PUT /v3.0/OS-CREDENTIAL/credentials/{access_key}`

use axum::Json as Answered;
use iam::AccessKeyChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Answer, DESCRIPTION_LENGTH, STATES, description};
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::iam_v3_0::Error;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, given, required};
use crate::path::Segment;
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Change>)]
    credential: Option<Object<Change>>,
}

/// At least one of the two.
#[derive(Deserialize, ToSchema)]
struct Change {
    #[schema(schema_with = status)]
    status: Option<String>,
    #[schema(schema_with = schema::optional_text::<DESCRIPTION_LENGTH>)]
    description: Option<String>,
}

fn status() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    schema::optional_one_of(&STATES)
}

impl TryFrom<Request> for AccessKeyChange {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let Object(change) = required("credential", request.credential)?;
        let state = given(change.status)
            .map(|word| choice("credential.status", &word, &STATES))
            .transpose()?;
        let description = change.description.map(description).transpose()?;
        if state.is_none() && description.is_none() {
            return Err(BadParameter::new("credential", "it must have a status or a description"));
        }
        Ok(Self { state, description })
    }
}

/// Disables, enables or describes an access key. Disabling ends its user's tokens and temporary
/// access keys too.
#[utoipa::path(
    put,
    path = "/v3.0/OS-CREDENTIAL/credentials/{access_key}",
    operation_id = "update_access_key",
    params(("access_key" = String, Path)),
    request_body = inline(Request),
    responses((status = 200, description = "The key.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(access): Segment,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let change = request.try_into()?;
    let iam = caller.may_for_key(Action::UpdateAccessKey, &access).await?;
    let author = caller.who().lasting_author()?;
    let key = iam.update_access_key(author, &access, &change).await?;
    Ok(Answered(Answer { credential: key.into() }))
}
