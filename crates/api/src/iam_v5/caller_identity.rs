//! `GET /v5/caller-identity`

use axum::Json;
use serde_json::{Value, json};

use crate::caller::Caller;

/// Who the caller is.
pub(crate) async fn handle(caller: Caller) -> Json<Value> {
    let who = caller.who();
    let account_id = who.account_id().to_string();
    Json(json!({
        "principal_urn": format!("iam::{account_id}:user:{}", who.user.name),
        "principal_id": who.user_id().to_string(),
        "account_id": account_id,
    }))
}
