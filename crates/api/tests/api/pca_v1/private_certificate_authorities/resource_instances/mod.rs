//! `/v1/private-certificate-authorities/resource-instances`

mod count;
mod filter;

use serde_json::{Value, json};

/// Searches that are refused, with the field that is named.
pub(in crate::pca_v1) fn bad_searches() -> Vec<(Value, &'static str)> {
    let key = |key: Value, values: Value| json!({ "tags": [{ "key": key, "values": values }] });
    let matches = |key: &str, value: Value| json!({ "matches": [{ "key": key, "value": value }] });
    let many: Vec<Value> = (0..21).map(|n| json!({ "key": format!("k{n}") })).collect();
    let values: Vec<String> = (0..21).map(|n| format!("v{n}")).collect();
    vec![
        (json!({ "tags": many }), "tags"),
        (json!({ "tags": {} }), "tags"),
        (json!({ "tags": [7] }), "tags[0]"),
        (json!({ "tags": [{}] }), "tags[0].key"),
        (key(json!(""), json!([])), "tags[0].key"),
        (key(json!("k".repeat(129)), json!([])), "tags[0].key"),
        (key(json!("k/"), json!([])), "tags[0].key"),
        (key(json!("k"), json!(values)), "tags[0].values"),
        (key(json!("k"), json!(["v<"])), "tags[0].values"),
        (key(json!("k"), json!(["a", "a"])), "tags[0].values"),
        (json!({ "tags": [{ "key": "k" }, { "key": "k", "values": ["v"] }] }), "tags[1].key"),
        (matches("name", json!("x")), "matches[0].key"),
        (matches("resource_name", json!(null)), "matches[0].value"),
        (matches("resource_name", json!("x".repeat(256))), "matches[0].value"),
        (
            json!({ "matches": [{ "key": "resource_name", "value": "a" },
                                { "key": "resource_name", "value": "b" }] }),
            "matches[1].key",
        ),
    ]
}
