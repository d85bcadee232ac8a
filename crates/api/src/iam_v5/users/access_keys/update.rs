//! `PUT /v5/users/{user_id}/access-keys/{access_key_id}`

use axum::http::StatusCode;
use iam::AccessKeyChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{OfUser, STATES, check_owner};
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::iam_v3_0::Error;
use crate::json::Json;
use crate::parameter::required;
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = status)]
    status: Option<String>,
}

fn status() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    schema::one_of(&STATES)
}

/// Disables or enables an access key. Disabling ends its user's tokens and temporary access keys
/// too.
#[utoipa::path(
    put,
    path = "/v5/users/{user_id}/access-keys/{access_key_id}",
    operation_id = "update_access_key",
    params(("user_id" = String, Path), ("access_key_id" = String, Path)),
    request_body = inline(Request),
    responses((status = 200, description = "It is so."))
)]
pub(crate) async fn handle(
    caller: Caller,
    of_user: OfUser,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let word = required("status", request.status)?;
    let state = Some(choice("status", &word, &STATES)?);
    let (iam, user) = caller.may_for_user(Action::UpdateAccessKey, &of_user.user).await?;
    check_owner((iam, caller.account()), user, &of_user.access).await?;
    let change = AccessKeyChange { state, description: None };
    iam.update_access_key(caller.who().lasting_author()?, &of_user.access, &change).await?;
    Ok(StatusCode::OK)
}
