//! `/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

use crate::iam_v3::groups::group;
use crate::iam_v3::roles::role;
use crate::people::member;

fn place(server: &TestServer, group: &str) -> String {
    format!("/v3/OS-INHERIT/domains/{}/groups/{group}/roles", server.owner.id())
}

#[tokio::test]
async fn what_a_group_is_given_its_users_may_at_once_and_no_longer_when_it_is_taken() {
    let server = TestServer::start().await;
    let (jane, ops) = (member(&server, "jane").await, group(&server, "ops").await);
    let token = project_token(&server).await;
    let role = role(&server, "lists", "XA", "workspace:ca:list").await;
    let path = format!("{}/{role}/inherited_to_projects", place(&server, &ops));
    let status = async |method| server.call(&server.owner.token, method, &path, None).await.status;
    let lists = async || {
        let path =
            format!("/v2/{}/certmanager/private-certificate-authorities", server.owner.project());
        server.call(&token, Method::GET, &path, None).await.status
    };
    let member_of = format!("/v3/groups/{ops}/users/{}", jane.id);

    assert_eq!(status(Method::HEAD).await, StatusCode::NOT_FOUND);
    assert_eq!(status(Method::PUT).await, StatusCode::NO_CONTENT);
    assert_eq!(status(Method::PUT).await, StatusCode::NO_CONTENT);
    assert_eq!(status(Method::HEAD).await, StatusCode::NO_CONTENT);
    assert_eq!(lists().await, StatusCode::FORBIDDEN);
    server.call(&server.owner.token, Method::PUT, &member_of, None).await;
    assert_eq!(lists().await, StatusCode::OK);

    let listed =
        server.get(&format!("{}/inherited_to_projects", place(&server, &ops))).await.json();
    assert_eq!(listed["roles"][0]["display_name"], "lists");
    let shown = server.get(&format!("/v3.0/OS-ROLE/roles/{role}")).await.json();
    assert_eq!(shown["role"]["references"], 1);

    assert_eq!(status(Method::DELETE).await, StatusCode::NO_CONTENT);
    assert_eq!(status(Method::DELETE).await, StatusCode::NOT_FOUND);
    assert_eq!(lists().await, StatusCode::FORBIDDEN);
    let listed =
        server.get(&format!("{}/inherited_to_projects", place(&server, &ops))).await.json();
    assert_eq!(listed["roles"], json!([]));
}

#[tokio::test]
async fn a_role_of_the_other_type_and_what_is_not_ours_are_refused() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let ops = group(&server, "ops").await;
    let unfit = role(&server, "unfit", "AX", "pca:ca:list").await;
    let fit = role(&server, "fit", "XA", "workspace:ca:list").await;
    let own = place(&server, &ops);
    let elsewhere = own.replace(&server.owner.id(), &other.id());
    let elsewhere = elsewhere.replace(&server.owner.project(), &other.project());

    for (path, status) in [
        (format!("{own}/{unfit}/inherited_to_projects"), 400),
        (format!("{own}/x/inherited_to_projects"), 404),
        (format!("{elsewhere}/{fit}/inherited_to_projects"), 404),
        (format!("{}/{fit}/inherited_to_projects", place(&server, "x")), 404),
    ] {
        let answer = server.call(&server.owner.token, Method::PUT, &path, None).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {}", answer.text());
    }
    let path = format!("{own}/{fit}/inherited_to_projects");
    let strange = server.call(&other.token, Method::PUT, &path, None).await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
}

/// A token of the member for the account's project.
async fn project_token(server: &TestServer) -> String {
    let request = iam::LocalSignIn {
        account: Some("test".to_owned()),
        user: Some("jane".to_owned()),
        scope: Some(iam::RequestedScope::Project(iam::Named::Id(server.owner.project()))),
        lifetime: None,
    };
    let (token, _) = server.iam.issue_token(request, crate::people::local()).await.unwrap();
    token.expose().to_owned()
}
