//! What holds for the roles of groups at each of the three places where they can be given.

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

use super::groups::group;
use super::roles::role;
use crate::people::member;

/// A place where roles are given to groups.
pub(crate) struct Place {
    /// The path of a group's roles there.
    pub(crate) roles: fn(&TestServer, &str) -> String,
    /// What comes after a role, and after the roles where they are listed.
    pub(crate) suffix: &'static str,
    /// The type of role that counts there, and the one that does not.
    pub(crate) types: (&'static str, &'static str),
    /// An action that counts there.
    pub(crate) action: &'static str,
    /// The path of a list that needs the action.
    pub(crate) needs_it: fn(&TestServer) -> String,
}

/// A place within projects; the list is one of the account's project.
pub(crate) const IN_PROJECTS: Place = Place {
    roles: |server, group| format!("/v3/projects/{}/groups/{group}/roles", server.owner.project()),
    suffix: "",
    types: ("XA", "AX"),
    action: "workspace:ca:list",
    needs_it: |server| {
        format!("/v2/{}/certmanager/private-certificate-authorities", server.owner.project())
    },
};

pub(crate) async fn count_at_once_and_no_longer_when_taken(place: &Place) {
    let server = TestServer::start().await;
    let (jane, ops) = (member(&server, "jane").await, group(&server, "ops").await);
    let token = match place.types.0 {
        "XA" => project_token(&server).await,
        _ => jane.token.clone(),
    };
    let role = role(&server, "lists", place.types.0, place.action).await;
    let roles = (place.roles)(&server, &ops);
    let (path, all) =
        (format!("{roles}/{role}{}", place.suffix), format!("{roles}{}", place.suffix));
    let status = async |method| server.call(&server.owner.token, method, &path, None).await.status;
    let lists =
        async || server.call(&token, Method::GET, &(place.needs_it)(&server), None).await.status;
    let member_of = format!("/v3/groups/{ops}/users/{}", jane.id);

    assert_eq!(status(Method::HEAD).await, StatusCode::NOT_FOUND);
    assert_eq!(status(Method::PUT).await, StatusCode::NO_CONTENT);
    assert_eq!(status(Method::PUT).await, StatusCode::NO_CONTENT);
    assert_eq!(status(Method::HEAD).await, StatusCode::NO_CONTENT);
    assert_eq!(lists().await, StatusCode::FORBIDDEN);
    server.call(&server.owner.token, Method::PUT, &member_of, None).await;
    assert_eq!(lists().await, StatusCode::OK);

    let listed = server.get(&all).await.json();
    assert_eq!(listed["roles"][0]["display_name"], "lists");
    let shown = server.get(&format!("/v3.0/OS-ROLE/roles/{role}")).await.json();
    assert_eq!(shown["role"]["references"], 1);

    assert_eq!(status(Method::DELETE).await, StatusCode::NO_CONTENT);
    assert_eq!(status(Method::DELETE).await, StatusCode::NOT_FOUND);
    assert_eq!(lists().await, StatusCode::FORBIDDEN);
    let listed = server.get(&all).await.json();
    assert_eq!(listed["roles"], json!([]));
}

pub(crate) async fn refuse_the_other_type_and_what_is_not_ours(place: &Place) {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let ops = group(&server, "ops").await;
    let unfit = role(&server, "unfit", place.types.1, "pca:ca:list").await;
    let fit = role(&server, "fit", place.types.0, place.action).await;
    let (own, suffix) = ((place.roles)(&server, &ops), place.suffix);
    let elsewhere = own.replace(&server.owner.id(), &other.id());
    let elsewhere = elsewhere.replace(&server.owner.project(), &other.project());

    for (path, status) in [
        (format!("{own}/{unfit}{suffix}"), 400),
        (format!("{own}/x{suffix}"), 404),
        (format!("{elsewhere}/{fit}{suffix}"), 404),
        (format!("{}/{fit}{suffix}", (place.roles)(&server, "x")), 404),
    ] {
        let answer = server.call(&server.owner.token, Method::PUT, &path, None).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {}", answer.text());
    }
    let path = format!("{own}/{fit}{suffix}");
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
