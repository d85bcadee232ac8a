//! `POST /v5/users/{user_id}/access-keys`

use axum::Json;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::Shown;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::path::Segment;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    access_key: Made,
}

#[derive(Serialize, ToSchema)]
struct Made {
    #[serde(flatten)]
    #[schema(inline)]
    key: Shown,
    secret_access_key: String,
}

/// Gives a user an access key: oneself, or another user of the account. The secret is shown this
/// once.
#[utoipa::path(
    post,
    path = "/v5/users/{user_id}/access-keys",
    operation_id = "create_access_key",
    params(("user_id" = String, Path)),
    responses((status = 201, description = "The key with its secret.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(user_id): Segment,
) -> Result<(StatusCode, Json<Answer>), Error> {
    let (iam, user) = caller.may_for_user(Action::CreateAccessKey, &user_id).await?;
    let new = iam.create_access_key(caller.who().lasting_author()?, user, "").await?;
    let made = Made { key: new.key.into(), secret_access_key: new.secret.to_string() };
    Ok((StatusCode::CREATED, Json(Answer { access_key: made })))
}
