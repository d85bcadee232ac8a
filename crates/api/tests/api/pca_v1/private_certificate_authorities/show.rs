//! `GET /v1/private-certificate-authorities/{ca_id}`

use serde_json::{Value, json};
use testkit::TestServer;

use super::{PATH, created, name, pending, root, subordinate};

#[tokio::test]
async fn a_root_has_every_field() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;

    let shown = server.get(&format!("{PATH}/{id}")).await.json();

    let serial = shown["serial_number"].as_str().unwrap_or_default();
    assert_eq!(serial.len(), 40, "{shown}");
    assert_eq!(
        shown,
        json!({
            "ca_id": id, "type": "ROOT", "status": "ACTIVED", "path_length": 7,
            "issuer_id": null, "issuer_name": null, "key_algorithm": "EC256",
            "signature_algorithm": "SHA256", "freeze_flag": 0, "gen_mode": "GENERATE",
            "serial_number": serial, "create_time": 1_780_000_000_123_i64, "delete_time": null,
            "not_before": 1_779_999_940_000_i64, "not_after": shown["not_after"],
            "distinguished_name": name("Root"),
            "crl_configuration": { "enabled": false, "crl_name": null, "obs_bucket_name": null,
                                   "valid_days": null, "crl_dis_point": null },
            "enterprise_project_id": "0", "free_quota": i32::MAX, "charging_mode": 1,
            "cluster_id": null, "domain_id": server.owner.id(),
        })
    );
}

#[tokio::test]
async fn a_subordinate_names_its_issuer() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let id = created(&server, subordinate("Sub", &root, 3)).await;

    let shown = server.get(&format!("{PATH}/{id}")).await.json();

    assert_eq!(shown["issuer_id"], root);
    assert_eq!(shown["issuer_name"], "Root");
    assert_eq!(shown["path_length"], 3);
}

#[tokio::test]
async fn one_that_waits_has_no_certificate_to_speak_of() {
    let server = TestServer::start().await;
    let id = created(&server, pending("Sub")).await;

    let shown = server.get(&format!("{PATH}/{id}")).await.json();

    assert_eq!(shown["status"], "PENDING");
    for field in [
        "signature_algorithm",
        "serial_number",
        "not_before",
        "not_after",
        "issuer_id",
        "path_length",
    ] {
        assert_eq!(shown[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn expiry_is_a_matter_of_the_clock() {
    let server = TestServer::start().await;
    let mut body = root("Root");
    body["validity"] = json!({ "type": "HOUR", "value": 1 });
    let id = created(&server, body).await;

    server.clock.advance(3599);
    let before = server.get(&format!("{PATH}/{id}")).await;
    server.clock.advance(1);
    let after = server.get(&format!("{PATH}/{id}")).await;

    assert_eq!(before.string("/status"), "ACTIVED");
    assert_eq!(after.string("/status"), "EXPIRED");
}
