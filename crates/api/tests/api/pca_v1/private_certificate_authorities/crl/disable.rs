//! `POST /v1/private-certificate-authorities/{ca_id}/crl/disable`

use axum::http::StatusCode;
use serde_json::json;

use super::super::{created, pending, root};
use super::{disable, enable, shown, wish, with_agency};

#[tokio::test]
async fn afterwards_there_is_no_crl_to_show() {
    let server = with_agency().await;
    let id = created(&server, root("Root")).await;
    enable(&server, &id, wish(None)).await;

    let answer = disable(&server, &id).await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    assert_eq!(
        shown(&server, &id).await,
        json!({ "enabled": false, "crl_name": null, "obs_bucket_name": null, "valid_days": null,
                "crl_dis_point": null })
    );
}

#[tokio::test]
async fn twice_is_no_change_and_a_pending_authority_is_refused() {
    let server = with_agency().await;
    let id = created(&server, root("Root")).await;
    let waiting = created(&server, pending("Sub")).await;

    assert_eq!(disable(&server, &id).await.status, StatusCode::NO_CONTENT);
    let told = server.audit().await.iter().any(|event| event.starts_with("disable_crl"));
    assert!(!told);
    let refused = disable(&server, &waiting).await;
    assert_eq!(refused.refusal(), "403 PCA.00030201");
    assert!(refused.string("/error_msg").contains("PENDING"));
}
