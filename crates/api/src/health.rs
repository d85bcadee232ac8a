//! `GET /healthz` and `GET /readyz`

use axum::Json;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::client::Visitor;
use crate::family::Family;
use crate::route::Route;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::of::<__path_healthz, _, _>(Family::Plain, healthz).always(),
        Route::of::<__path_readyz, _, _>(Family::Plain, readyz).always(),
    ]
}

#[derive(Serialize, ToSchema)]
struct Answer {
    status: &'static str,
}

/// The process lives.
#[utoipa::path(
    get,
    path = "/healthz",
    responses((status = 200, description = "It lives.", body = inline(Answer)))
)]
async fn healthz() -> Json<Answer> {
    Json(Answer { status: "alive" })
}

/// Changes can be made durable.
#[utoipa::path(
    get,
    path = "/readyz",
    responses(
        (status = 200, description = "They can.", body = inline(Answer)),
        (status = 503, description = "They cannot now.", body = inline(Answer)),
    )
)]
async fn readyz(visitor: Visitor) -> (StatusCode, Json<Answer>) {
    if visitor.services.readiness.is_ready().await {
        (StatusCode::OK, Json(Answer { status: "ready" }))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(Answer { status: "not ready" }))
    }
}
