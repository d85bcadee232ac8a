//! `GET /v1/private-certificates/{certificate_id}`

use ledger::Clock;
use serde_json::json;
use testkit::TestServer;

use super::{authority, created, plain, root, shown, with};

#[tokio::test]
async fn shows_every_field_and_no_others() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let id = created(&server, plain(&root)).await;

    let answer = shown(&server, &id).await;

    let now = server.clock.now().as_millis();
    let start = (now / 1000 - 60) * 1000;
    let shown = answer.json();
    let not_after = shown["not_after"].as_i64().unwrap();
    assert!(not_after - start > 365 * 86_400_000, "{not_after}");
    let serial = answer.string("/serial_number");
    assert_eq!(serial.len(), 40);
    assert_eq!(
        shown,
        json!({
            "certificate_id": id, "status": "ISSUED", "issuer_id": root, "issuer_name": "Root",
            "key_algorithm": "EC256", "signature_algorithm": "SHA256", "freeze_flag": 0,
            "gen_mode": "GENERATE", "serial_number": serial, "create_time": now,
            "delete_time": null, "not_before": start, "not_after": not_after,
            "distinguished_name": { "common_name": "a.example", "country": "cn",
                "state": "Sichuan", "locality": "成都", "organization": "Org",
                "organizational_unit": "Unit" },
            "enc_cert_info": null, "enterprise_project_id": "0",
        })
    );
}

#[tokio::test]
async fn an_sm2_pair_shows_both_serial_numbers() {
    let server = TestServer::start().await;
    let root = authority(&server, "SM2", "SM3").await;
    let id = created(&server, plain(&root)).await;

    let answer = shown(&server, &id).await;

    let other = answer.string("/enc_cert_info/enc_serial_number");
    assert_eq!(other.len(), 40);
    assert_ne!(other, answer.string("/serial_number"));
    assert_eq!(answer.string("/signature_algorithm"), "SM3");
}

#[tokio::test]
async fn is_expired_from_its_last_second_on() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let hour = with(plain(&root), "/validity", json!({ "type": "HOUR", "value": 1 }));
    let id = created(&server, hour).await;

    server.clock.advance(3598);
    assert_eq!(shown(&server, &id).await.string("/status"), "ISSUED");
    server.clock.advance(2);
    assert_eq!(shown(&server, &id).await.string("/status"), "EXPIRED");
}
