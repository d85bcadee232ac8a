//! `POST /v5/caller-password`

use axum::http::StatusCode;
use iam::PasswordChange;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::json::Json;
use crate::parameter::required;
use crate::schema;
use crate::secret::Secret;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::mandatory_secret::<128>)]
    new_password: Option<Secret>,
    #[schema(required, schema_with = schema::mandatory_secret::<128>)]
    old_password: Option<Secret>,
}

/// Changes the caller's own password, which ends all its tokens and temporary access keys.
#[utoipa::path(
    post,
    path = "/v5/caller-password",
    operation_id = "change_password",
    request_body = inline(Request),
    responses((status = 200, description = "It is so."))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let Secret(password) = required("new_password", request.new_password)?;
    let Secret(original) = required("old_password", request.old_password)?;
    let change = PasswordChange { original, password };
    caller.identity().change_password(caller.who(), &change).await?;
    Ok(StatusCode::OK)
}
