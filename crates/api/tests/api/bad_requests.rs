//! Bad requests to every operation, made from the documents: a member of each body with each wrong
//! type, a body that is none, an identifier that is none, a number in a query that is none.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

/// An operation with its path filled in.
struct Operation {
    method: Method,
    pattern: String,
    path: String,
    document: Value,
}

impl Operation {
    fn all(server: &TestServer) -> Vec<Self> {
        let mut operations = Vec::new();
        for (_, text) in api::documents().unwrap() {
            let document: Value = serde_json::from_str(&text).unwrap();
            for (pattern, item) in document["paths"].as_object().unwrap() {
                for (method, operation) in item.as_object().unwrap() {
                    operations.push(Self {
                        method: method.to_uppercase().parse().unwrap(),
                        pattern: pattern.clone(),
                        path: filled(server, pattern, None),
                        document: operation.clone(),
                    });
                }
            }
        }
        operations
    }

    /// The schema of its body, if it reads one.
    fn body(&self) -> Option<&Value> {
        self.document.pointer("/requestBody/content/application~1json/schema")
    }

    async fn send(&self, server: &TestServer, path: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(self.method.clone())
            .uri(path)
            .header("x-auth-token", &server.owner.token)
            .body(Body::from(body))
            .unwrap();
        server.send(request).await
    }
}

/// `pattern` with identifiers in the place of its variables, or `other` in that of the last.
fn filled(server: &TestServer, pattern: &str, other: Option<&str>) -> String {
    let last = pattern.rfind('{').unwrap_or_default();
    let mut position = 0;
    let parts = pattern.split('/').map(|part| {
        let start = position;
        position += part.len() + 1;
        match (part, other) {
            (_, Some(other)) if start == last && part.starts_with('{') => other.to_owned(),
            ("{project_id}", _) => server.owner.project().to_string(),
            ("{ca_id}" | "{cert_id}" | "{certificate_id}", _) => {
                "4c0e772e-a30c-4029-b929-b7acb04143f7".to_owned()
            }
            ("{status}", _) => "enable".to_owned(),
            ("{user_id}", _) => server.owner.bootstrap.user.id.to_string(),
            (part, _) if part.starts_with('{') => "4c0e772ea30c4029b929b7acb04143f7".to_owned(),
            (part, _) => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Each member of `schema`, with the members around it, and the type that it has.
fn members(schema: &Value, around: &[String]) -> Vec<(Vec<String>, Value)> {
    let Some(properties) = schema["properties"].as_object() else {
        let inner = schema["oneOf"].as_array().into_iter().flatten();
        return inner.flat_map(|schema| members(schema, around)).collect();
    };
    properties
        .iter()
        .flat_map(|(name, schema)| {
            let path: Vec<String> = around.iter().cloned().chain([name.clone()]).collect();
            let inner = members(schema, &path);
            [(path, schema.clone())].into_iter().chain(inner)
        })
        .collect()
}

/// The types that `schema` has.
fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => {
            let inner = schema["oneOf"].as_array().into_iter().flatten();
            inner.flat_map(|schema| types(schema)).collect()
        }
    }
}

/// One value of each type of JSON.
fn values() -> [(&'static str, Value); 6] {
    [
        ("array", json!([{}])),
        ("boolean", json!(true)),
        ("integer", json!(1)),
        ("number", json!(1.5)),
        ("object", json!({})),
        ("string", json!("x")),
    ]
}

#[tokio::test]
async fn every_member_of_every_body_is_named_when_its_type_is_wrong() {
    let server = TestServer::start().await;
    let mut sent = 0;

    for operation in Operation::all(&server) {
        let Some(schema) = operation.body() else { continue };
        for (path, schema) in members(schema, &[]) {
            let right = types(&schema);
            // One that the document leaves open is any JSON.
            for (name, value) in
                values().into_iter().filter(|(name, _)| !right.is_empty() && !right.contains(name))
            {
                let body = path.iter().rev().fold(value, |inner, name| json!({ name: inner }));
                let body = body.to_string().into_bytes();
                let answer = operation.send(&server, &operation.path, body).await;

                let what = format!("{} {} {path:?}: {name}", operation.method, operation.pattern);
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}: {}", answer.text());
                let field = path.join(".");
                assert!(answer.text().contains(&field), "{what}: {}", answer.text());
                sent += 1;
            }
        }
    }
    assert!(sent > 300, "{sent}");
}

#[tokio::test]
async fn every_mandatory_member_is_asked_for() {
    let server = TestServer::start().await;
    let mut sent = 0;

    for operation in Operation::all(&server) {
        let Some(required) = operation.body().and_then(|schema| schema["required"].as_array())
        else {
            continue;
        };
        let answer = operation.send(&server, &operation.path, b"{}".to_vec()).await;

        let what = format!("{} {}", operation.method, operation.pattern);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}: {}", answer.text());
        let named = required.iter().filter_map(Value::as_str);
        assert!(named.into_iter().any(|name| answer.text().contains(name)), "{what}");
        sent += 1;
    }
    assert!(sent > 10, "{sent}");
}

#[tokio::test]
async fn a_body_that_is_not_one_object_is_refused_by_every_operation_that_reads_one() {
    let server = TestServer::start().await;

    for operation in Operation::all(&server) {
        if operation.document.pointer("/requestBody/required") != Some(&Value::Bool(true)) {
            continue;
        }
        let nothing = ["", " "];
        let others = ["[]", "7", "null", "\"{}\"", "{", "{}{}", "{\"a\":}", "{\"\u{0}\":1}"];
        for body in nothing.iter().chain(&others) {
            let answer = operation.send(&server, &operation.path, (*body).into()).await;

            let what = format!("{} {}: {body:?}", operation.method, operation.pattern);
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn an_identifier_that_is_none_is_refused_or_not_found() {
    let server = TestServer::start().await;

    for operation in Operation::all(&server) {
        if !operation.pattern.contains('{') {
            continue;
        }
        for id in ["x", "%20", "%00", "%ff", "%2e%2e", "4C0E772EA30C4029B929B7ACB04143F7", "{id}"] {
            let path = filled(&server, &operation.pattern, Some(&id.replace(['{', '}'], "%7B")));
            let answer = operation.send(&server, &path, b"{}".to_vec()).await;

            let what = format!("{} {}: {id}", operation.method, operation.pattern);
            let status = answer.status.as_u16();
            assert!([400, 403, 404].contains(&status), "{what}: {status} {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_number_or_flag_of_a_query_that_is_none_is_named() {
    let server = TestServer::start().await;
    let mut sent = 0;

    for operation in Operation::all(&server) {
        let parameters = operation.document["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            let kinds = types(&parameter["schema"]);
            if !kinds.contains(&"integer") && !kinds.contains(&"boolean") {
                continue;
            }
            for value in ["x", "-1", "1.5", "1e3", "%2B1", "99999999999999999999999", "%00"] {
                let path = format!("{}?{name}={value}", operation.path);
                let answer = operation.send(&server, &path, Vec::new()).await;

                let what = format!("{} {path}", operation.method);
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}: {}", answer.text());
                assert!(answer.text().contains(name), "{what}: {}", answer.text());
                sent += 1;
            }
        }
    }
    assert!(sent > 50, "{sent}");
}
