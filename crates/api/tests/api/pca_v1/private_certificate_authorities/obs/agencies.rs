//! `/v1/private-certificate-authorities/obs/agencies`

use serde_json::json;
use testkit::TestServer;

use super::super::{PATH, act_on_all};

#[tokio::test]
async fn tells_as_a_text_whether_there_is_an_agency() {
    let server = TestServer::start().await;
    let path = format!("{PATH}/obs/agencies");

    let before = server.get(&path).await.json();
    act_on_all(&server, "obs/agencies").await;

    assert_eq!(before, json!({ "agency_granted": "false" }));
    assert_eq!(server.get(&path).await.json(), json!({ "agency_granted": "true" }));
}
