//! Bounds on bodies: their size and their time.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use api::Settings;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request as Any;
use axum::http::{Method, Request};
use testkit::TestServer;

const CREATE: &str = "/v3/scm/csr";
const IMPORT: &str =
    "/v1/private-certificate-authorities/4c0e772e-a30c-4029-b929-b7acb04143f7/import";

/// A body that comes in pieces, and may stop coming.
struct Pieces {
    left: Arc<AtomicUsize>,
    then_hang: bool,
}

impl Pieces {
    fn new(left: usize, then_hang: bool) -> Self {
        Self { left: Arc::new(AtomicUsize::new(left)), then_hang }
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        if self.left.load(Ordering::SeqCst) > 0 {
            self.left.fetch_sub(1, Ordering::SeqCst);
            return Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from(vec![b' '; 1024])))));
        }
        if self.then_hang { Poll::Pending } else { Poll::Ready(None) }
    }
}

fn post(server: &TestServer, path: &str, body: Body) -> Any {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("x-auth-token", &server.owner.token)
        .body(body)
        .unwrap()
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_unread() {
    let server = TestServer::start().await;
    let mut request = post(&server, CREATE, Body::new(Pieces::new(0, true)));
    request.headers_mut().insert("content-length", "104857600".parse().unwrap());

    assert_eq!(server.send(request).await.refusal(), "413 APIGW.0201");
}

#[tokio::test]
async fn a_body_that_turns_out_too_large_is_refused() {
    let server = TestServer::start().await;
    let body = |kib| Body::new(Pieces::new(kib, false));

    assert_eq!(server.send(post(&server, CREATE, body(256))).await.refusal(), "400 SCM.0005");
    assert_eq!(server.send(post(&server, CREATE, body(257))).await.refusal(), "413 APIGW.0201");
    assert_eq!(server.send(post(&server, IMPORT, body(4096))).await.refusal(), "400 PCA.00020001");
    assert_eq!(server.send(post(&server, IMPORT, body(4097))).await.refusal(), "413 APIGW.0201");
}

#[tokio::test]
async fn the_identity_api_refuses_a_body_in_its_own_form() {
    let server = TestServer::start().await;
    let request = post(&server, "/v3/auth/tokens", Body::new(Pieces::new(257, false)));

    let answer = server.send(request).await;

    assert_eq!(answer.status.as_u16(), 413);
    assert_eq!(
        answer.json(),
        serde_json::json!({ "error": {
            "code": 413, "message": "Request entity too large.", "title": "Payload Too Large" } })
    );
}

#[tokio::test]
async fn a_body_that_stops_coming_is_waited_for_only_so_long() {
    let settings = Settings { body_timeout: Duration::from_millis(50), ..Settings::default() };
    let server = TestServer::start_with(settings, pki::Settings::default()).await;

    let answer = server.send(post(&server, CREATE, Body::new(Pieces::new(3, true)))).await;

    assert_eq!(answer.refusal(), "408 APIGW.0201");
    assert_eq!(answer.string("/request_id"), answer.header("x-request-id"));
}

#[tokio::test]
async fn without_credentials_the_body_is_not_read() {
    let server = TestServer::start().await;
    let mut request = post(&server, CREATE, Body::new(Pieces::new(3, true)));
    request.headers_mut().remove("x-auth-token");

    assert_eq!(server.send(request).await.refusal(), "401 APIGW.0301");
}

#[tokio::test]
async fn a_refused_body_is_taken_off_the_wire_before_the_answer() {
    let server = TestServer::start().await;
    for (path, token, refusal) in [
        (CREATE, &server.owner.token, "413 APIGW.0201"),
        (CREATE, &String::new(), "401 APIGW.0301"),
        ("/nope", &server.owner.token, "404 APIGW.0101"),
    ] {
        let pieces = Pieces::new(1000, false);
        let left = pieces.left.clone();
        let mut request = post(&server, path, Body::new(pieces));
        request.headers_mut().insert("x-auth-token", token.parse().unwrap());

        assert_eq!(server.send(request).await.refusal(), refusal);
        assert_eq!(left.load(Ordering::SeqCst), 0, "{refusal}");
    }
}

#[tokio::test]
async fn a_client_that_asks_first_is_refused_before_it_sends() {
    let server = TestServer::start().await;
    let pieces = Pieces::new(1000, false);
    let left = pieces.left.clone();
    let mut request = post(&server, CREATE, Body::new(pieces));
    request.headers_mut().insert("content-length", "1024000".parse().unwrap());
    request.headers_mut().insert("expect", "100-continue".parse().unwrap());

    assert_eq!(server.send(request).await.refusal(), "413 APIGW.0201");
    assert_eq!(left.load(Ordering::SeqCst), 1000);
}

#[tokio::test]
async fn what_is_not_one_json_object_is_refused_in_the_words_of_the_api() {
    let server = TestServer::start().await;
    let workspace =
        format!("/v2/{}/certmanager/private-certificate-authorities/csr", server.owner.project());
    for body in ["", "{", "[]", "null", "{}{}", "\u{feff}{}", "{\"name\":\"a\",\"name\":\"b\"}"] {
        for (path, code) in [
            (CREATE, "400 SCM.0005"),
            ("/v3/scm/csr/upload", "400 SCM.0005"),
            ("/v1/private-certificate-authorities", "400 PCA.0002"),
            (workspace.as_str(), "400 WKS.00020001"),
        ] {
            let answer = server.send(post(&server, path, Body::from(body))).await;
            assert!(answer.refusal().starts_with(code), "{path} {body}: {}", answer.text());
        }
        let answer = server.send(post(&server, "/v3/auth/tokens", Body::from(body))).await;
        assert_eq!(answer.json()["error"]["title"], "Bad Request", "{body}");
    }
    let answer = server.send(post(&server, CREATE, Body::from(&b"{\"name\":\"\xff\"}"[..]))).await;
    assert_eq!(answer.refusal(), "400 SCM.0005");
}
