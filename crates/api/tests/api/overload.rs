//! What is told when more comes than can be done: at once, in the words of the API that was called, and
//! when to come back.

use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use api::{Access, Bound, Limits, Rate, Settings};
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Method, Request, StatusCode};
use base64ct::{Base64Unpadded, Encoding};
use serde_json::json;
use testkit::{Answer, TestServer};

const NOTHING: Bound = Bound { running: 0, waiting: 0, patience: Duration::from_secs(1) };
const ONE: Bound = Bound { running: 1, ..NOTHING };
const CSRS: &str = "/v3/scm/csr";

async fn server(limits: Limits) -> TestServer {
    let settings = Settings { limits, ..Settings::default() };
    TestServer::start_with(settings, pki::Settings::default()).await
}

async fn behind_a_proxy(limits: Limits) -> TestServer {
    let trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let settings = Settings { limits, trusted_proxies, ..Settings::default() };
    TestServer::start_with(settings, pki::Settings::default()).await
}

/// So many at once; a test is over before the next comes, after a second.
fn only(burst: u32) -> Option<Rate> {
    let number = |number| NonZeroU32::new(number).unwrap();
    Some(Rate { per_second: number(1), burst: number(burst) })
}

fn filled(path: &str) -> String {
    let part = |part: &str| match part.starts_with('{') {
        true => "4c0e772e-a30c-4029-b929-b7acb04143f7".to_owned(),
        false => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// A body that never comes.
struct Never;

impl HttpBody for Never {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

fn never_ending(server: &TestServer) -> Request<Body> {
    posted(server, CSRS, Body::new(Never))
}

fn posted(server: &TestServer, path: &str, body: Body) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("x-auth-token", &server.owner.token)
        .body(body)
        .unwrap()
}

/// A body that is not there yet when it is asked for first.
fn late() -> Body {
    Body::from_stream(futures_util::stream::once(async {
        tokio::task::yield_now().await;
        Ok::<_, std::convert::Infallible>(Bytes::from_static(b"{}"))
    }))
}

async fn post_late(server: &TestServer, path: &str) -> Answer {
    server.send(posted(server, path, late())).await
}

async fn list(server: &TestServer) -> Answer {
    server.get(CSRS).await
}

#[tokio::test]
async fn every_route_is_refused_in_the_words_of_its_api_whoever_asks() {
    let server = server(Limits { requests: NOTHING, ..Limits::default() }).await;
    let told = server.audit().await;
    let mut forms = [0, 0];

    for (method, path, access) in api::routes() {
        if access == Access::Open && method == Method::GET {
            continue;
        }
        for token in ["", &server.owner.token] {
            let answer = server.call(token, method.clone(), &filled(path), None).await;

            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{method} {path}");
            assert_eq!(answer.header("retry-after"), "1", "{method} {path}");
            assert_eq!(answer.header("x-request-id").len(), 32, "{method} {path}");
            if method == Method::HEAD {
                continue;
            }
            let body = answer.json();
            if let Some(error) = body.get("error") {
                assert_eq!(error["code"], 429, "{method} {path}");
                assert_eq!(error["title"], "Too Many Requests", "{method} {path}");
                forms[0] += 1;
            } else {
                assert_eq!(body["error_code"], "APIGW.0308", "{method} {path}");
                let text = body["error_msg"].as_str().unwrap();
                assert_eq!(text, "The throttling threshold has been reached.");
                forms[1] += 1;
            }
        }
    }
    assert!(forms.iter().all(|number| *number > 20), "{forms:?}");
    assert_eq!(server.audit().await, told);
}

#[tokio::test]
async fn who_watches_the_server_is_answered_whatever_is_under_way() {
    let server = server(Limits { requests: NOTHING, bodies: 0, ..Limits::default() }).await;

    for path in ["/healthz", "/readyz"] {
        assert_eq!(server.call("", Method::GET, path, None).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_still_told_so() {
    let server = server(Limits { requests: NOTHING, ..Limits::default() }).await;

    assert_eq!(server.get("/nowhere").await.refusal(), "404 APIGW.0101");
}

#[tokio::test]
async fn a_turn_comes_back_with_the_answer() {
    let server = server(Limits { requests: ONE, ..Limits::default() }).await;

    for _ in 0..5 {
        assert_eq!(list(&server).await.status, StatusCode::OK);
        assert_eq!(server.call("", Method::GET, CSRS, None).await.status.as_u16(), 401);
        assert_eq!(server.post(CSRS, json!({})).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_keeps_nobody_from_a_turn() {
    let server = Arc::new(server(Limits { requests: ONE, ..Limits::default() }).await);
    let slow = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.send(never_ending(&server)).await }
    });
    tokio::task::yield_now().await;

    assert_eq!(list(&server).await.status, StatusCode::OK);
    slow.abort();
}

#[tokio::test]
async fn one_address_cannot_have_all_bodies_that_are_read() {
    let server = Arc::new(server(Limits { bodies: 2, ..Limits::default() }).await);
    let slow = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.send(never_ending(&server)).await }
    });
    while post_late(&server, CSRS).await.status == StatusCode::BAD_REQUEST {
        tokio::task::yield_now().await;
    }

    assert_eq!(post_late(&server, CSRS).await.refusal(), "429 APIGW.0308");
    assert_eq!(list(&server).await.status, StatusCode::OK);
    // One that is there needs no place.
    assert_eq!(server.post(CSRS, json!({})).await.status, StatusCode::BAD_REQUEST);
    slow.abort();
    assert!(slow.await.unwrap_err().is_cancelled());
    assert_eq!(post_late(&server, CSRS).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn few_long_imports_are_read_at_once_and_they_keep_nothing_else_out() {
    const IMPORT: &str =
        "/v1/private-certificate-authorities/4c0e772e-a30c-4029-b929-b7acb04143f7/import";
    let server = Arc::new(server(Limits::default()).await);
    let mut slow = Vec::new();
    for _ in 0..8 {
        assert_eq!(post_late(&server, IMPORT).await.status, StatusCode::BAD_REQUEST);
        let asking = Arc::clone(&server);
        slow.push(tokio::spawn(async move {
            asking.send(posted(&asking, IMPORT, Body::new(Never))).await
        }));
        tokio::task::yield_now().await;
    }

    assert_eq!(post_late(&server, IMPORT).await.refusal(), "429 APIGW.0308");
    assert_eq!(server.post(IMPORT, json!({})).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(post_late(&server, CSRS).await.status, StatusCode::BAD_REQUEST);
    slow.iter().for_each(tokio::task::JoinHandle::abort);
}

/// A sign-in with a wrong password, from an address.
fn sign_in(server: &TestServer, user: &str, address: &str) -> Request<Body> {
    let name = &server.owner.bootstrap.account.name;
    let user = json!({ "name": user, "password": "wrong", "domain": { "name": name } });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    Request::builder()
        .method(Method::POST)
        .uri("/v3/auth/tokens")
        .header("x-forwarded-for", address)
        .body(Body::from(json!({ "auth": { "identity": identity } }).to_string()))
        .unwrap()
}

#[tokio::test]
async fn sign_ins_that_are_delayed_keep_nobody_from_a_turn() {
    let server = Arc::new(behind_a_proxy(Limits::default()).await);
    // Many names from one address: past fifty failures all of its attempts are delayed.
    for number in 0..60 {
        let wrong = sign_in(&server, &format!("nobody{number}"), "192.0.2.1");
        assert_eq!(server.send(wrong).await.status, StatusCode::UNAUTHORIZED, "{number}");
    }
    let attempts: Vec<_> = (0..300)
        .map(|number| {
            let server = Arc::clone(&server);
            tokio::spawn(async move {
                let wrong = sign_in(&server, &format!("somebody{number}"), "192.0.2.1");
                server.send(wrong).await.status.as_u16()
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;

    let begun = std::time::Instant::now();
    assert_eq!(list(&server).await.status, StatusCode::OK);

    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let mut refused = 0;
    for attempt in attempts {
        refused += usize::from(attempt.await.unwrap() == 429);
    }
    assert!(refused > 200, "{refused}");
}

#[tokio::test]
async fn an_account_that_passes_its_rate_is_told_when_to_come_back_and_no_other_is() {
    let server = server(Limits { account: only(3), ..Limits::default() }).await;
    let other = server.account("other").await;

    for _ in 0..3 {
        assert_eq!(list(&server).await.status, StatusCode::OK);
    }
    let refused = list(&server).await;

    assert_eq!(refused.refusal(), "429 APIGW.0308");
    assert_eq!(refused.header("retry-after"), "1");
    let answer = server.call(&other.token, Method::GET, CSRS, None).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_user_that_passes_its_rate_does_not_keep_others_of_the_account() {
    let server = server(Limits { credential: only(2), ..Limits::default() }).await;
    let member = server.member("member", &[]).await;

    for _ in 0..2 {
        assert_eq!(list(&server).await.status, StatusCode::OK);
    }

    // Another token is no other user.
    assert_eq!(list(&server).await.refusal(), "429 APIGW.0308");
    let answer = server.call(&server.owner.domain_token, Method::GET, "/v3/projects", None).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let answer = server.call_as(&member, Method::GET, "/v3/projects").await;
    assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn who_has_not_proved_to_be_of_an_account_uses_nothing_of_its_rate() {
    let server = server(Limits { account: only(1), ..Limits::default() }).await;

    for _ in 0..5 {
        let wrong = "0".repeat(64);
        assert_eq!(server.call(&wrong, Method::GET, CSRS, None).await.status.as_u16(), 401);
    }

    assert_eq!(list(&server).await.status, StatusCode::OK);
}

fn fetch(path: &str, address: &str) -> Request<Body> {
    let request = Request::builder().uri(path).header("x-forwarded-for", address);
    request.body(Body::empty()).unwrap()
}

const CA: &str = "/ca/4c0e772e-a30c-4029-b929-b7acb04143f7.cer";

#[tokio::test]
async fn relying_parties_are_told_to_come_back_when_too_many_ask() {
    let server = server(Limits { public: NOTHING, ..Limits::default() }).await;

    for path in [CA, "/crl/cinnabar-crl/a.crl", "/nowhere"] {
        let refused = server.send_in_public(fetch(path, "")).await;

        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert_eq!(refused.header("retry-after"), "1", "{path}");
    }
}

#[tokio::test]
async fn ocsp_says_it_in_its_own_words_too() {
    let server = server(Limits { public: NOTHING, ..Limits::default() }).await;
    let path = format!(
        "/ocsp/4c0e772e-a30c-4029-b929-b7acb04143f7/{}",
        Base64Unpadded::encode_string(b"request")
    );
    let posted = Request::builder()
        .method(Method::POST)
        .uri("/ocsp/4c0e772e-a30c-4029-b929-b7acb04143f7")
        .header("content-type", "application/ocsp-request")
        .body(Body::from("request"));

    for request in [fetch(&path, ""), posted.unwrap()] {
        let refused = server.send_in_public(request).await;

        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.header("content-type"), "application/ocsp-response");
        assert_eq!(refused.header("retry-after"), "1");
        assert_eq!(refused.header("cache-control"), "no-store");
        // OCSPResponse with responseStatus tryLater (RFC 6960 §4.2.1).
        assert_eq!(&refused.body[..], [0x30, 3, 0x0a, 1, 3]);
    }
}

#[tokio::test]
async fn one_address_that_passes_its_rate_does_not_keep_others() {
    let server = behind_a_proxy(Limits { address: only(2), ..Limits::default() }).await;
    let mut statuses = Vec::new();

    for address in ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"] {
        statuses.push(server.send_in_public(fetch(CA, address)).await.status.as_u16());
    }

    assert_eq!(statuses, [404, 404, 429, 404]);
}

#[tokio::test]
async fn what_one_address_asks_too_much_uses_nothing_of_what_all_may() {
    let limits = Limits { address: only(1), public_rate: only(3), ..Limits::default() };
    let server = behind_a_proxy(limits).await;
    let mut statuses = Vec::new();

    for address in ["1", "1", "1", "1", "2", "3", "4"] {
        let request = fetch(CA, &format!("192.0.2.{address}"));
        statuses.push(server.send_in_public(request).await.status.as_u16());
    }

    assert_eq!(statuses, [404, 429, 429, 429, 404, 404, 429]);
}
