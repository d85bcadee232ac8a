//! The committed OpenAPI documents, compared with the routes.

#![expect(clippy::unwrap_used, reason = "a test fails where an unwrap does")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Set by `make openapi` to write the documents in the place of comparing them.
const WRITE: &str = "CINNABAR_WRITE_OPENAPI";

fn documents() -> Vec<(&'static str, String)> {
    api::documents().unwrap()
}

fn committed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/api/{name}.openapi.json"))
}

/// Method, path and operation of everything documented.
fn operations() -> Vec<(String, String, Value)> {
    documents().iter().flat_map(|(_, text)| operations_of(text)).collect()
}

fn operations_of(text: &str) -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    let document: Value = serde_json::from_str(text).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    operations
}

#[test]
fn the_committed_documents_are_those_of_the_routes() {
    for (name, text) in documents() {
        let path = committed(name);
        if std::env::var_os(WRITE).is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == text, "docs/api/{name}.openapi.json is old; `make openapi` renews it");
    }
}

#[test]
fn every_route_is_documented_once() {
    let documented: Vec<(String, String)> =
        operations().into_iter().map(|(method, path, _)| (method, path)).collect();
    let routes: BTreeSet<(String, String)> = api::routes()
        .into_iter()
        .map(|(method, path, _)| (method.to_string(), path.to_owned()))
        .collect();

    assert_eq!(documented.iter().cloned().collect::<BTreeSet<_>>(), routes);
    assert_eq!(documented.len(), routes.len());
}

#[test]
fn every_operation_has_a_name_of_its_own_a_summary_and_an_answer() {
    for (document, text) in documents() {
        let mut names = BTreeSet::new();
        for (method, path, operation) in operations_of(&text) {
            let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
            assert!(!name.is_empty() && name != "handle", "{method} {path} has no operation_id");
            assert!(names.insert(name.clone()), "{document}: two operations are named {name}");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path}");
        }
    }
}

#[test]
fn every_variable_of_a_path_is_a_documented_parameter() {
    for (method, path, operation) in operations() {
        let variables: BTreeSet<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
            .collect();
        let parameters: BTreeSet<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();

        assert_eq!(variables, parameters, "{method} {path}");
    }
}

#[test]
fn nothing_refers_to_a_schema_that_is_not_there() {
    for (name, text) in documents() {
        let document: Value = serde_json::from_str(&text).unwrap();
        for rest in text.split("\"$ref\": \"#").skip(1) {
            let pointer = rest.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{name}: {pointer}");
        }
    }
}
