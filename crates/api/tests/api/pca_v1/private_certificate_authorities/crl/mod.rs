//! `…/{ca_id}/crl`

mod disable;
mod enable;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, BUCKET, TestServer};

use super::{PATH, act_on_all};

/// What switches CRLs on, under this name.
fn wish(name: Option<&str>) -> Value {
    json!({ "crl_name": name, "obs_bucket_name": BUCKET, "valid_days": 8 })
}

/// A server whose account has an agency.
async fn with_agency() -> TestServer {
    let server = TestServer::start().await;
    assert_eq!(act_on_all(&server, "agencies").await.status, StatusCode::OK);
    server
}

async fn enable(server: &TestServer, id: &str, wish: Value) -> Answer {
    let path = format!("{PATH}/{id}/crl/enable");
    server.call(&server.owner.token, Method::POST, &path, Some(wish)).await
}

async fn disable(server: &TestServer, id: &str) -> Answer {
    let path = format!("{PATH}/{id}/crl/disable");
    server.call(&server.owner.token, Method::POST, &path, None).await
}

/// The configuration that the authority shows.
async fn shown(server: &TestServer, id: &str) -> Value {
    server.get(&format!("{PATH}/{id}")).await.json()["crl_configuration"].clone()
}
