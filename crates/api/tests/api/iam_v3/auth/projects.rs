//! `GET /v3/auth/projects`

use testkit::TestServer;

#[tokio::test]
async fn lists_the_projects_of_the_account() {
    let server = TestServer::start().await;
    server.account("other").await;

    let answer = server.get("/v3/auth/projects").await;

    let projects = answer.json()["projects"].clone();
    assert_eq!(projects.as_array().map(Vec::len), Some(1));
    assert_eq!(projects[0]["id"], server.owner.project());
    assert_eq!(projects[0]["name"], "cn-north-4");
}
