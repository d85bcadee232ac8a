//! The table of routes, walked.

use api::{Access, OPEN_ROUTES};
use axum::http::{Method, StatusCode};
use testkit::TestServer;

/// `path` with something in the place of its variable.
fn filled(path: &str) -> String {
    path.split('/')
        .map(
            |part| {
                if part.starts_with('{') { "4c0e772e-a30c-4029-b929-b7acb04143f7" } else { part }
            },
        )
        .collect::<Vec<_>>()
        .join("/")
}

#[test]
fn the_routes_open_to_anyone_are_these_three() {
    let open: Vec<(Method, &str)> = api::routes()
        .into_iter()
        .filter(|(_, _, access)| *access == Access::Open)
        .map(|(method, path, _)| (method, path))
        .collect();

    assert_eq!(
        open,
        [(Method::GET, "/healthz"), (Method::GET, "/readyz"), (Method::POST, "/v3/auth/tokens")]
    );
    assert_eq!(open, OPEN_ROUTES);
}

#[tokio::test]
async fn every_other_route_wants_credentials_before_it_looks_at_anything() {
    let server = TestServer::start().await;
    let closed = api::routes().into_iter().filter(|(_, _, access)| *access == Access::Caller);
    let mut seen = 0;

    for (method, path, _) in closed {
        let answer = server.call("", method.clone(), &filled(path), None).await;

        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        if method != Method::HEAD {
            assert!(answer.text().contains("x-auth-token not found"), "{method} {path}");
        }
        seen += 1;
    }
    assert_eq!(seen, api::routes().len() - OPEN_ROUTES.len());
    assert!(seen >= 20, "{seen}");
}

#[tokio::test]
async fn a_wrong_token_opens_no_route() {
    let server = TestServer::start().await;

    for (method, path, access) in api::routes() {
        if access == Access::Caller {
            let answer = server.call(&"0".repeat(64), method.clone(), &filled(path), None).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_answer_has_its_request_id_twice() {
    let server = TestServer::start().await;
    let mut ids = std::collections::HashSet::new();
    let mut calls: Vec<(Method, String)> =
        api::routes().into_iter().map(|(method, path, _)| (method, filled(path))).collect();
    calls.push((Method::GET, "/nowhere".to_owned()));

    for (method, path) in calls {
        for token in ["", &server.owner.token] {
            let answer = server.call(token, method.clone(), &path, None).await;

            let id = answer.header("x-request-id").to_owned();
            assert_eq!(id.len(), 32, "{method} {path}");
            assert_eq!(answer.header("x-iam-trace-id"), id, "{method} {path}");
            assert!(ids.insert(id), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn an_unknown_path_or_method_is_told_before_credentials_are_asked_for() {
    let server = TestServer::start().await;

    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/v1"),
        (Method::DELETE, "/v3/scm/csr"),
        (Method::GET, "/v3/scm/csr/"),
        (Method::POST, "/v3/scm/csr/"),
        (Method::PATCH, "/healthz"),
        (Method::HEAD, "/v5/caller-identity"),
        (Method::OPTIONS, "/v3/scm/csr"),
        (Method::GET, "/v1/private-certificate-authorities/a/csr/x"),
    ] {
        let answer = server.call("", method.clone(), path, None).await;

        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
        if method != Method::HEAD {
            assert_eq!(answer.refusal(), "404 APIGW.0101", "{method} {path}");
            assert_eq!(answer.string("/request_id"), answer.header("x-request-id"));
        }
    }
}

#[tokio::test]
async fn an_unknown_identity_path_or_method_is_told_in_its_own_form() {
    let server = TestServer::start().await;

    for (method, path, own) in [
        (Method::GET, "/v3/auth", true),
        (Method::PATCH, "/v3/auth/tokens", true),
        (Method::GET, "/v3/projects/a/b", true),
        (Method::GET, "/v3/authors", false),
    ] {
        let answer = server.call("", method, path, None).await;

        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let code = if own { &answer.json()["error"]["code"] } else { &answer.json()["error_code"] };
        assert!(!code.is_null(), "{path}: {}", answer.text());
    }
}
