//! `/v3/groups`

mod create;
mod delete;
mod list;
mod show;
mod update;
mod users;

use serde_json::json;
use testkit::TestServer;

/// Makes a group; gives its identifier.
pub(crate) async fn group(server: &TestServer, name: &str) -> String {
    let answer = server.post("/v3/groups", json!({ "group": { "name": name } })).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text());
    answer.string("/group/id")
}
