//! What the admin listener answers: `/metrics`, `/healthz`, `/readyz`, and nothing else.

use std::sync::Arc;

use api::Probe;
use axum::Json;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::json;

use super::{Gathered, Metrics};

/// The content type of Prometheus' text format, version 0.0.4.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The admin listener's routes.
pub(crate) fn router(metrics: Metrics, gathered: Gathered, readiness: Probe) -> Router {
    let (gathered, readiness) = (Arc::new(gathered), Arc::new(readiness));
    Router::new()
        .route("/metrics", get(move || shown(metrics, gathered)))
        .route("/healthz", get(async || Json(json!({ "status": "alive" }))))
        .route("/readyz", get(move || ready(readiness)))
        .fallback(async || StatusCode::NOT_FOUND)
}

async fn shown(metrics: Metrics, gathered: Arc<Gathered>) -> impl IntoResponse {
    let text = metrics.render() + &gathered.text().await;
    ([(header::CONTENT_TYPE, TEXT_FORMAT)], text)
}

async fn ready(readiness: Arc<Probe>) -> impl IntoResponse {
    if readiness.is_ready().await {
        (StatusCode::OK, Json(json!({ "status": "ready" })))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "not ready" })))
    }
}
