//! `GET /v3/groups`

use testkit::TestServer;

use super::group;

#[tokio::test]
async fn groups_of_the_account_are_listed_and_filtered() {
    let server = TestServer::start().await;
    let other = server.account("other").await.id();
    group(&server, "a").await;
    group(&server, "b").await;
    let own = server.owner.id();

    for (query, expected) in [
        (String::new(), 2),
        ("?name=a".to_owned(), 1),
        ("?name=c".to_owned(), 0),
        (format!("?domain_id={own}"), 2),
        (format!("?domain_id={other}"), 0),
    ] {
        let answer = server.get(&format!("/v3/groups{query}")).await.json();
        assert_eq!(answer["groups"].as_array().unwrap().len(), expected, "{query}");
    }
}
