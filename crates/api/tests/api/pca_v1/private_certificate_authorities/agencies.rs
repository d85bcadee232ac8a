//! `POST /v1/private-certificate-authorities/agencies`

use axum::http::StatusCode;
use testkit::TestServer;

use super::act_on_all;

#[tokio::test]
async fn an_account_has_one_agency_however_often_it_is_created() {
    let server = TestServer::start().await;

    let first = act_on_all(&server, "agencies").await;
    let second = act_on_all(&server, "obs/agencies").await;

    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK));
    let id = first.string("/agency_id");
    assert_eq!((id.len(), second.string("/agency_id")), (32, id));
    let created = server.audit().await.iter().filter(|e| e.starts_with("create_agency")).count();
    assert_eq!(created, 1);
}
