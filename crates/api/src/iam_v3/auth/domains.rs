//! `GET /v3/auth/domains`

use axum::Json;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::iam_v3::view;

/// The accounts that the caller can use: their own.
pub(crate) async fn handle(caller: Caller) -> Json<Value> {
    Json(json!({
        "links": { "self": "/v3/auth/domains" },
        "domains": [view::domain(&caller.who().account)],
    }))
}
