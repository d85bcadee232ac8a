//! `GET /v5/caller-identity`

use testkit::TestServer;

#[tokio::test]
async fn the_caller_learns_who_they_are() {
    let server = TestServer::start().await;

    let answer = server.get("/v5/caller-identity").await;

    assert_eq!(answer.string("/account_id"), server.owner.id());
    assert_eq!(answer.string("/principal_id"), server.owner.bootstrap.user.id.to_string());
    assert_eq!(answer.string("/principal_urn"), format!("iam::{}:user:admin", server.owner.id()));
}
