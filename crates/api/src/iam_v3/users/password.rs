//! `POST /v3/users/{user_id}/password`

use axum::http::StatusCode;
use iam::PasswordChange;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::iam_v3::Error;
use crate::json::{Json, Object};
use crate::parameter::required;
use crate::path::Segment;
use crate::schema;
use crate::secret::Secret;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<User>)]
    user: Option<Object<User>>,
}

#[derive(Deserialize, ToSchema)]
struct User {
    #[schema(required, schema_with = schema::mandatory_secret::<128>)]
    password: Option<Secret>,
    #[schema(required, schema_with = schema::mandatory_secret::<128>)]
    original_password: Option<Secret>,
}

/// Changes the caller's own password, which ends all its tokens and temporary access keys. Nobody
/// changes another user's here.
#[utoipa::path(
    post,
    path = "/v3/users/{user_id}/password",
    operation_id = "change_password",
    params(("user_id" = String, Path)),
    request_body = inline(Request),
    responses((status = 204, description = "It is so."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(user_id): Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    if user_id != caller.who().user_id().to_string() {
        return Err(Error::not_found(format!("Could not find user: {user_id}.")));
    }
    let Object(user) = required("user", request.user)?;
    let Secret(password) = required("user.password", user.password)?;
    let Secret(original) = required("user.original_password", user.original_password)?;
    let change = PasswordChange { original, password };
    caller.identity().change_password(caller.who(), &change).await?;
    Ok(StatusCode::NO_CONTENT)
}
