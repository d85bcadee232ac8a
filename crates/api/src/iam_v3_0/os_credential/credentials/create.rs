//! `POST /v3.0/OS-CREDENTIAL/credentials`

use axum::Json as Answered;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DESCRIPTION_LENGTH, Shown, description};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::json::{Json, Object};
use crate::parameter::required;
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Order>)]
    credential: Option<Object<Order>>,
}

#[derive(Deserialize, ToSchema)]
struct Order {
    #[schema(required, schema_with = schema::text::<64>)]
    user_id: Option<String>,
    #[schema(schema_with = schema::optional_text::<DESCRIPTION_LENGTH>)]
    description: Option<String>,
}

/// A new access key, with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    credential: Made,
}

#[derive(Serialize, ToSchema)]
struct Made {
    #[serde(flatten)]
    #[schema(inline)]
    key: Shown,
    secret: String,
}

/// Gives a user an access key: oneself, or another user of the account. The secret is shown this
/// once.
#[utoipa::path(
    post,
    path = "/v3.0/OS-CREDENTIAL/credentials",
    operation_id = "create_access_key",
    request_body = inline(Request),
    responses((status = 201, description = "The key with its secret.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answered<Answer>), Error> {
    let Object(order) = required("credential", request.credential)?;
    let user_id = required("credential.user_id", order.user_id)?;
    let (iam, user) = caller.may_for_user(Action::CreateAccessKey, &user_id).await?;
    let description = description(order.description.unwrap_or_default())?;
    let author = caller.who().lasting_author()?;
    let new = iam.create_access_key(author, user, &description).await?;
    let made = Made { key: new.key.into(), secret: new.secret.to_string() };
    Ok((StatusCode::CREATED, Answered(Answer { credential: made })))
}
