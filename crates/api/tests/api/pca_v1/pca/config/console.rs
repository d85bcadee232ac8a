//! `GET /v1/pca/config/console`

use pki::PublicUrl;
use serde_json::json;
use testkit::TestServer;

#[tokio::test]
async fn tells_what_the_site_can_do() {
    let server = TestServer::start().await;

    let answer = server.get("/v1/pca/config/console").await.json();

    let expected = json!({
        "is_support_eps": true, "is_support_sm2": true, "is_support_dhsm": false,
        "dhsm_regions": [], "is_support_yearly_monthly_ca": true, "is_support_iam5": true,
        "is_support_ocsp": true,
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn says_no_to_ocsp_where_certificates_could_tell_no_address() {
    let rules = pki::Settings { public_url: PublicUrl::Unknown, ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;

    let answer = server.get("/v1/pca/config/console").await.json();

    assert_eq!(answer["is_support_ocsp"], false);
}
