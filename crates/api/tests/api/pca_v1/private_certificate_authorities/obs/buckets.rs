//! `GET /v1/private-certificate-authorities/obs/buckets`

use testkit::{BUCKET, TestServer};

use super::super::{PATH, act_on_all};

#[tokio::test]
async fn lists_the_buckets_once_there_is_an_agency() {
    let server = TestServer::start().await;
    let path = format!("{PATH}/obs/buckets");

    let refused = server.get(&path).await;
    act_on_all(&server, "obs/agencies").await;
    let listed = server.get(&path).await.json();

    assert_eq!(refused.refusal(), "403 PCA.00030501");
    assert!(refused.string("/error_msg").contains("obs/agencies"), "{}", refused.text());
    assert_eq!(listed["total"], 1);
    assert_eq!(listed["obs_buckets"][0]["bucket_name"], BUCKET);
    assert!(listed["obs_buckets"][0]["create_time"].as_i64().unwrap() > 0);
}
