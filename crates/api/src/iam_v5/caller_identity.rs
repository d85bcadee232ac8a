//! `GET /v5/caller-identity`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    principal_urn: String,
    principal_id: String,
    account_id: String,
}

/// Who the caller is.
#[utoipa::path(
    get,
    path = "/v5/caller-identity",
    operation_id = "caller_identity",
    responses((status = 200, description = "Who it is.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Json<Answer> {
    let who = caller.who();
    let account_id = who.account_id().to_string();
    Json(Answer {
        principal_urn: format!("iam::{account_id}:user:{}", who.user.name),
        principal_id: who.user_id().to_string(),
        account_id,
    })
}
