//! `/v3/groups/{group_id}/users`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

use super::group;
use crate::people::member;

#[tokio::test]
async fn a_user_is_put_into_a_group_and_taken_out_again() {
    let server = TestServer::start().await;
    let (jane, id) = (member(&server, "jane").await, group(&server, "ops").await);
    let place = format!("/v3/groups/{id}/users/{}", jane.id);
    let status = async |method| server.call(&server.owner.token, method, &place, None).await.status;

    assert_eq!(status(Method::HEAD).await, StatusCode::NOT_FOUND);
    assert_eq!(status(Method::DELETE).await, StatusCode::NOT_FOUND);
    assert_eq!(status(Method::PUT).await, StatusCode::NO_CONTENT);
    assert_eq!(status(Method::PUT).await, StatusCode::NO_CONTENT);
    assert_eq!(status(Method::HEAD).await, StatusCode::NO_CONTENT);
    let members = server.get(&format!("/v3/groups/{id}/users")).await.json();
    assert_eq!(members["users"][0]["name"], "jane");
    assert_eq!(status(Method::DELETE).await, StatusCode::NO_CONTENT);
    assert_eq!(status(Method::HEAD).await, StatusCode::NOT_FOUND);
    let members = server.get(&format!("/v3/groups/{id}/users")).await.json();
    assert_eq!(members["users"], json!([]));

    let audit = server.audit().await;
    let told = audit.iter().filter(|event| event.contains("_member Done")).count();
    assert_eq!(told, 2, "{audit:?}");
}

#[tokio::test]
async fn users_and_groups_of_another_account_do_not_meet_ours() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let (jane, id) = (member(&server, "jane").await, group(&server, "ops").await);
    let theirs = other.bootstrap.user.id;

    for (token, group, user) in [
        (&server.owner.token, id.clone(), theirs.to_string()),
        (&other.token, id.clone(), jane.id.clone()),
        (&server.owner.token, "x".to_owned(), jane.id.clone()),
        (&server.owner.token, id.clone(), "x".to_owned()),
    ] {
        let place = format!("/v3/groups/{group}/users/{user}");
        for method in [Method::PUT, Method::HEAD, Method::DELETE] {
            let answer = server.call(token, method.clone(), &place, None).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {place}");
        }
    }
}

#[tokio::test]
async fn a_user_is_in_ten_groups_at_most_and_leaving_one_makes_room() {
    let server = TestServer::start().await;
    let jane = member(&server, "jane").await;
    let mut places = Vec::new();
    for number in 0..11 {
        let id = group(&server, &format!("g{number}")).await;
        places.push(format!("/v3/groups/{id}/users/{}", jane.id));
    }
    let (last, first) = places.split_last().unwrap();
    for place in first {
        let answer = server.call(&server.owner.token, Method::PUT, place, None).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }

    let full = server.call(&server.owner.token, Method::PUT, last, None).await;
    assert_eq!(full.status, StatusCode::FORBIDDEN, "{}", full.text());

    let deleted_group = first[0].rsplit_once("/users/").unwrap().0;
    server.call(&server.owner.token, Method::DELETE, deleted_group, None).await;
    let fits = server.call(&server.owner.token, Method::PUT, last, None).await;
    assert_eq!(fits.status, StatusCode::NO_CONTENT, "{}", fits.text());
}
