//! `GET /v1/private-certificate-authorities/agency`

use serde_json::json;
use testkit::TestServer;

use super::{PATH, act_on_all};

#[tokio::test]
async fn tells_as_a_boolean_whether_there_is_an_agency_of_the_account() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let path = format!("{PATH}/agency");

    let before = server.get(&path).await.json();
    act_on_all(&server, "agencies").await;
    let after = server.get(&path).await.json();

    assert_eq!(before, json!({ "agency_granted": false }));
    assert_eq!(after, json!({ "agency_granted": true }));
    let of_other = server.call(&other.token, axum::http::Method::GET, &path, None).await.json();
    assert_eq!(of_other, json!({ "agency_granted": false }));
}
