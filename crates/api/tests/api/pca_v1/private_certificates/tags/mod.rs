//! `/v1/private-certificates/{certificate_id}/tags`

mod create;
mod delete;
mod list;
mod put;

use serde_json::{Value, json};
use testkit::TestServer;

use super::PATH;

/// The tags of a certificate as an object.
async fn tags(server: &TestServer, id: &str) -> Value {
    let answer = server.get(&format!("{PATH}/{id}/tags")).await.json();
    let tags = answer["tags"].as_array().unwrap().iter();
    tags.map(|tag| (tag["key"].as_str().unwrap().to_owned(), tag["value"].clone())).collect()
}

/// Parts of tags that break a rule: key, value, the field that is named.
fn bad_tags() -> Vec<(Value, Value, &'static str)> {
    vec![
        (json!(null), json!("v"), "key"),
        (json!(""), json!("v"), "key"),
        (json!(7), json!("v"), "key"),
        (json!("k".repeat(129)), json!("v"), "key"),
        (json!(" k"), json!("v"), "key"),
        (json!("k "), json!("v"), "key"),
        (json!("_sys_k"), json!("v"), "key"),
        (json!("k/k"), json!("v"), "key"),
        (json!("k\u{0}"), json!("v"), "key"),
        (json!("k\u{202e}"), json!("v"), "key"),
        (json!("k"), json!(7), "value"),
        (json!("k"), json!("v".repeat(256)), "value"),
        (json!("k"), json!("v\u{1f}"), "value"),
        (json!("k"), json!("v<"), "value"),
    ]
}
