//! `POST /v5/caller-password`

use axum::http::StatusCode;
use serde_json::json;
use testkit::TestServer;

const PATH: &str = "/v5/caller-password";

#[tokio::test]
async fn the_old_password_gives_way_to_the_new_one() {
    let server = TestServer::start().await;
    let old = server.owner.bootstrap.password.as_str();

    let body = json!({ "new_password": "battery staple", "old_password": old });
    let answer = server.post(PATH, body).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(server.get("/v5/caller-identity").await.refusal(), "401 APIGW.0307");
}

#[tokio::test]
async fn what_is_wrong_with_a_password_is_told() {
    let server = TestServer::start().await;
    let old = server.owner.bootstrap.password.as_str();
    for (new, old, code) in [
        (json!("battery staple"), json!("wrong"), "400 1103"),
        (json!(old), json!(old), "400 1108"),
        (json!("short"), json!(old), "400 IAM.0007"),
        (json!(null), json!(old), "400 IAM.0007"),
        (json!("battery staple"), json!(null), "400 IAM.0007"),
        (json!(7), json!(old), "400 IAM.0007"),
    ] {
        let body = json!({ "new_password": new, "old_password": old });
        let answer = server.post(PATH, body).await;
        assert_eq!(answer.refusal(), code, "{new}");
        assert!(!answer.text().contains(server.owner.bootstrap.password.as_str()));
    }
    assert_eq!(server.get("/v5/caller-identity").await.status, StatusCode::OK);
}
