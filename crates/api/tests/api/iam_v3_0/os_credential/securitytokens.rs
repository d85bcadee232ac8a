//! `/v3.0/OS-CREDENTIAL/securitytokens`

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use crate::people::member;
use crate::signing::Unsigned;

const PATH: &str = "/v3.0/OS-CREDENTIAL/securitytokens";
/// What the kit's clock shows at the start.
const NOW: &str = "20260528T202640Z";

fn order(token: Value) -> Value {
    json!({ "auth": { "identity": { "methods": ["token"], "token": token } } })
}

/// A temporary access key as its owner has it.
struct Temporary {
    access: String,
    secret: String,
    token: String,
}

impl From<Answer> for Temporary {
    fn from(answer: Answer) -> Self {
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        Self {
            access: answer.string("/credential/access"),
            secret: answer.string("/credential/secret"),
            token: answer.string("/credential/securitytoken"),
        }
    }
}

impl Temporary {
    async fn get(&self, server: &TestServer, path: &str, token: Option<&str>) -> Answer {
        self.send(server, (Method::GET, path, ""), token).await
    }

    async fn send(
        &self,
        server: &TestServer,
        (method, path, body): (Method, &str, &str),
        token: Option<&str>,
    ) -> Answer {
        let request = Unsigned { method, path, query: "", body, date: NOW };
        server.send(request.signed_with((&self.access, &self.secret), token)).await
    }
}

async fn made(server: &TestServer) -> Temporary {
    server.post(PATH, order(json!({}))).await.into()
}

#[tokio::test]
async fn a_token_gives_a_key_for_a_quarter_of_an_hour() {
    let server = TestServer::start().await;

    let answer = server.post(PATH, order(json!(null))).await;

    assert_eq!(answer.string("/credential/expires_at"), "2026-05-28T20:41:40.123000Z");
    let key = Temporary::from(answer);
    let shown = key.get(&server, "/v5/caller-identity", Some(&key.token)).await;
    assert_eq!(shown.string("/account_id"), server.owner.id());
    assert!(server.audit().await.contains(&"create_temporary_key Done".to_owned()));
}

#[tokio::test]
async fn it_lives_as_long_as_asked_and_no_longer_than_the_token() {
    let server = TestServer::start().await;
    server.clock.advance(3600);

    for (seconds, expires_at) in
        [(1800, "2026-05-28T21:56:40.123000Z"), (86_400, "2026-05-29T20:26:40.123000Z")]
    {
        let answer = server.post(PATH, order(json!({ "duration_seconds": seconds }))).await;
        assert_eq!(answer.string("/credential/expires_at"), expires_at);
    }
}

#[tokio::test]
async fn a_signer_names_a_token_of_its_own() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let bob = member(&server, "bob").await;
    let send = async |token: &str| {
        let body = order(json!({ "id": token })).to_string();
        let method = Method::POST;
        let request = Unsigned { method, path: PATH, query: "", body: &body, date: NOW };
        server.send(request.signed(&server.owner)).await
    };

    assert_eq!(send(&server.owner.token).await.status, StatusCode::CREATED);
    for foreign in [&other.token, &bob.token, "nothing"] {
        assert_eq!(send(foreign).await.refusal(), "404 IAM.0004");
    }
    assert_eq!(send("").await.refusal(), "400 IAM.0007");
}

#[tokio::test]
async fn it_is_nothing_without_its_security_token() {
    let server = TestServer::start().await;
    let (key, other) = (made(&server).await, made(&server).await);
    let path = "/v5/caller-identity";

    let answer = key.get(&server, path, None).await;
    assert_eq!(answer.refusal(), "401 APIGW.0301");
    assert!(
        answer
            .string("/error_msg")
            .ends_with(&format!("Get secretKey failed,ak:{},err:ak not exist", key.access))
    );
    for token in ["", "x", &other.token] {
        let answer = key.get(&server, path, Some(token)).await;
        assert_eq!(answer.refusal(), "401 APIGW.0301", "{token}");
        assert!(answer.string("/error_msg").ends_with("decrypt token fail"), "{token}");
    }
}

#[tokio::test]
async fn the_security_token_may_be_added_behind_the_signature() {
    let server = TestServer::start().await;
    let key = made(&server).await;
    let path = "/v5/caller-identity";
    let unsigned = Unsigned { method: Method::GET, path, query: "", body: "", date: NOW };
    let mut request = unsigned.signed_with((&key.access, &key.secret), None);
    request.headers_mut().insert("x-security-token", key.token.parse().unwrap());

    assert_eq!(server.send(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn it_expires_in_the_gateways_words() {
    let server = TestServer::start().await;
    let key = made(&server).await;
    server.clock.advance(900);

    let (path, date) = ("/v5/caller-identity", "20260528T204140Z");
    let request = Unsigned { method: Method::GET, path, query: "", body: "", date };
    let signed = request.signed_with((&key.access, &key.secret), Some(&key.token));
    let answer = server.send(signed).await;

    assert_eq!(answer.refusal(), "401 APIGW.0301");
    let end = "token expires, expires_at: 2026-05-28T20:41:40.123000Z";
    assert!(answer.string("/error_msg").ends_with(end), "{}", answer.text());
}

#[tokio::test]
async fn it_goes_with_its_token() {
    let server = TestServer::start().await;
    let key = made(&server).await;
    let request = axum::http::Request::builder()
        .method(Method::DELETE)
        .uri("/v3/auth/tokens")
        .header("x-auth-token", &server.owner.domain_token)
        .header("x-subject-token", &server.owner.token)
        .body(axum::body::Body::empty());
    assert_eq!(server.send(request.unwrap()).await.status, StatusCode::NO_CONTENT);

    let answer = key.get(&server, "/v5/caller-identity", Some(&key.token)).await;

    assert_eq!(answer.refusal(), "401 APIGW.0301");
}

#[tokio::test]
async fn it_has_the_scope_of_its_token() {
    let server = TestServer::start().await;
    let of_project = made(&server).await;
    let domain_token = &server.owner.domain_token;
    let of_domain: Temporary =
        server.call(domain_token, Method::POST, PATH, Some(order(json!({})))).await.into();
    let path =
        format!("/v2/{}/certmanager/private-certificate-authorities/csr", server.owner.project());
    let asked = async |key: &Temporary| {
        let call = (Method::POST, path.as_str(), "{}");
        key.send(&server, call, Some(&key.token)).await.status
    };

    assert_eq!(asked(&of_project).await, StatusCode::BAD_REQUEST);
    assert_eq!(asked(&of_domain).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn it_makes_and_changes_no_credentials() {
    let server = TestServer::start().await;
    let key = made(&server).await;
    let user = server.owner.bootstrap.user.id.to_string();
    let access = &server.owner.bootstrap.access;
    let keys = "/v3.0/OS-CREDENTIAL/credentials";
    let create = json!({ "credential": { "user_id": user } }).to_string();
    let disable = json!({ "credential": { "status": "inactive" } }).to_string();
    let again = order(json!({ "id": server.owner.token })).to_string();
    let password = json!({ "new_password": "battery staple", "old_password": "x" }).to_string();
    for (method, path, body) in [
        (Method::POST, keys.to_owned(), &create),
        (Method::PUT, format!("{keys}/{access}"), &disable),
        (Method::DELETE, format!("{keys}/{access}"), &String::new()),
        (Method::POST, PATH.to_owned(), &again),
        (Method::POST, format!("/v5/users/{user}/access-keys"), &String::new()),
        (Method::POST, "/v5/caller-password".to_owned(), &password),
    ] {
        let answer = key.send(&server, (method, &path, body), Some(&key.token)).await;
        assert_eq!(answer.refusal(), "403 IAM.0002", "{path}: {}", answer.text());
    }
    let seen = key.get(&server, keys, Some(&key.token)).await;
    assert_eq!(seen.status, StatusCode::OK);
}

#[tokio::test]
async fn a_policy_narrows_even_an_owner() {
    let server = TestServer::start().await;
    let mut body = order(json!({}));
    body["auth"]["identity"]["policy"] = json!({
        "Version": "1.1",
        "Statement": [{ "Effect": "Allow", "Action": ["scm::listCsr"] }],
    });

    let key: Temporary = server.post(PATH, body).await.into();

    let listed = key.get(&server, "/v3/scm/csr", Some(&key.token)).await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.text());
    let call = (Method::DELETE, "/v3/scm/csr/4c0e772ea30c4029b929b7acb04143f7", "");
    let denied = key.send(&server, call, Some(&key.token)).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text());
    let own_keys = key.get(&server, "/v3.0/OS-CREDENTIAL/credentials", Some(&key.token)).await;
    assert_eq!(own_keys.refusal(), "403 IAM.0003", "what is one's own is narrowed too");
}

#[tokio::test]
async fn bad_requests_name_their_field() {
    let server = TestServer::start().await;
    let with = |pointer: &str, value: Value| {
        let mut body = order(json!({ "duration_seconds": 900 }));
        body["auth"]["identity"]["policy"] = json!({
            "Version": "1.1", "Statement": [{ "Effect": "Allow", "Action": ["*:*:*"] }],
        });
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let statement = json!([{ "Effect": "Allow", "Action": ["scm::listCsr"] }]);
    for (body, field) in [
        (with("/auth", json!(null)), "auth"),
        (with("/auth/identity", json!(null)), "auth.identity"),
        (with("/auth/identity/methods", json!(null)), "auth.identity.methods"),
        (with("/auth/identity/methods", json!([])), "auth.identity.methods"),
        (with("/auth/identity/methods", json!(["assume_role"])), "no agencies"),
        (with("/auth/identity/methods", json!(["token", "totp"])), "auth.identity.methods"),
        (with("/auth/identity/token", json!([])), "auth.identity.token"),
        (with("/auth/identity/token/duration_seconds", json!(899)), "duration_seconds"),
        (with("/auth/identity/token/duration_seconds", json!(86_401)), "duration_seconds"),
        (with("/auth/identity/token/duration_seconds", json!("900")), "duration_seconds"),
        (with("/auth/identity/policy", json!("all")), "auth.identity.policy"),
        (with("/auth/identity/policy/Version", json!("2.0")), "Version"),
        (with("/auth/identity/policy/Statement", json!([])), "Statement"),
        (with("/auth/identity/policy", json!({ "Version": "5.0", "Statement": statement })), "1.1"),
    ] {
        let answer = server.post(PATH, body.clone()).await;
        assert_eq!(answer.refusal(), "400 IAM.0007", "{body}");
        assert!(answer.string("/error_msg").contains(field), "{body}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_user_has_fifty_at_a_time() {
    let server = TestServer::start().await;
    for _ in 0..50 {
        made(&server).await;
    }

    let answer = server.post(PATH, order(json!({}))).await;
    assert_eq!(answer.refusal(), "409 IAM.0005");

    server.clock.advance(900);
    made(&server).await;
}

#[tokio::test]
async fn a_policy_that_says_something_twice_narrows_nothing_and_is_refused() {
    let server = TestServer::start().await;
    let body = r#"{"auth": {"identity": {"methods": ["token"], "policy": {"Version": "1.1",
        "Statement": [{"Effect": "Deny", "Effect": "Allow", "Action": ["*:*:*"]}]}}}}"#;
    let request =
        Request::post(PATH).header("x-auth-token", &server.owner.token).body(Body::from(body));

    let answer = server.send(request.unwrap()).await;

    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    assert!(answer.text().contains("Effect is there twice"), "{}", answer.text());
}
