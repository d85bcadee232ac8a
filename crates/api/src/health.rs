//! `GET /healthz` and `GET /readyz`

use axum::Json;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::Visitor;
use crate::family::Family;
use crate::route::Route;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::new(Family::Plain, Method::GET, "/healthz", healthz),
        Route::new(Family::Plain, Method::GET, "/readyz", readyz),
    ]
}

/// The process lives.
async fn healthz() -> Json<Value> {
    Json(json!({ "status": "alive" }))
}

/// Changes can be made durable.
async fn readyz(visitor: Visitor) -> (StatusCode, Json<Value>) {
    if visitor.services.readiness.is_ready().await {
        (StatusCode::OK, Json(json!({ "status": "ready" })))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "not ready" })))
    }
}
