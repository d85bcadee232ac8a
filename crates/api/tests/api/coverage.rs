//! `docs/api-coverage.md` held against the routes, and the files that it names against the paths.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One row of the document.
struct Row {
    operation: String,
    method: String,
    path: String,
    /// The endpoint's file below `src`, and the one of its tests; none before there is a route.
    files: Option<(String, String)>,
}

/// Which directory stands for which beginning of a path. The first that fits.
const APIS: [(&str, &str); 6] = [
    ("/v1/", "pca_v1/"),
    ("/v2/{project_id}/certmanager/", "workspace_v2/"),
    ("/v3/scm/", "scm_v3/"),
    ("/v3/", "iam_v3/"),
    ("/v3.0/", "iam_v3_0/"),
    ("/v5/", "iam_v5/"),
];

/// What an endpoint's file is called whose path ends with what it is about.
const VERBS: [&str; 11] = [
    "add", "check", "create", "delete", "grant", "list", "put", "remove", "revoke", "show",
    "update",
];

/// Endpoints that the rule does not find, as the document says.
const ELSEWHERE: [(&str, &str); 4] = [
    ("/healthz", "health.rs"),
    ("/readyz", "health.rs"),
    // `tags/list.rs` is taken by the tags of one authority.
    (
        "/v1/private-certificate-authorities/tags",
        "pca_v1/private_certificate_authorities/account_tags.rs",
    ),
    ("/v1/private-certificates/tags", "pca_v1/private_certificates/account_tags.rs"),
];

/// The tests of attaching a policy to users and groups, and of asking what is attached.
const ATTACHMENTS: &str = "iam_v5/policies/attachments.rs";

fn crate_directory() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rows() -> Vec<Row> {
    let document = crate_directory().join("../../docs/api-coverage.md");
    let text = std::fs::read_to_string(document).expect("docs/api-coverage.md");
    // Behind them is a table about another thing.
    let (tables, _) = text.split_once("\n## Terraform\n").expect("a part about Terraform");
    let rows: Vec<Row> = tables.lines().filter(|line| line.starts_with("| `")).map(row).collect();
    assert!(rows.len() > 130, "{}", rows.len());
    rows
}

fn row(line: &str) -> Row {
    let cells: Vec<&str> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
    let [_, operation, call, state, endpoint, test, differs, _] = cells[..] else {
        panic!("not six cells: {line}");
    };
    assert!(!differs.is_empty(), "{line}");
    let (method, path) = call.split_once(' ').expect(line);
    let files = match state {
        "done" if test == "the same" => Some((endpoint.to_owned(), endpoint.to_owned())),
        "done" => Some((endpoint.to_owned(), test.to_owned())),
        "not yet" => {
            assert_eq!((endpoint, test), ("–", "–"), "{line}");
            None
        }
        other => panic!("state {other}: {line}"),
    };
    let (method, path) = (method.to_owned(), path.to_owned());
    Row { operation: operation.to_owned(), method, path, files }
}

/// Where the endpoint of a path may be: the path's own words, then a verb.
fn places(path: &str) -> BTreeSet<String> {
    if let Some((_, file)) = ELSEWHERE.iter().find(|(exception, _)| *exception == path) {
        return BTreeSet::from([(*file).to_owned()]);
    }
    let (start, api) = APIS.iter().find(|(start, _)| path.starts_with(start)).expect(path);
    let rest = path.strip_prefix(start).expect(path);
    // It ends each of its paths and tells none from another.
    let rest = rest.strip_suffix("/inherited_to_projects").unwrap_or(rest);
    let words: Vec<String> = rest
        .split('/')
        .filter(|word| !word.starts_with('{'))
        .map(|word| word.to_lowercase().replace('-', "_"))
        .collect();
    let words = words.join("/");
    VERBS
        .iter()
        .map(|verb| format!("{api}{words}/{verb}.rs"))
        .chain([format!("{api}{words}.rs")])
        .collect()
}

#[test]
fn every_route_has_a_row_and_every_row_that_is_done_has_a_route() {
    let routes: BTreeSet<(String, String)> = api::routes()
        .into_iter()
        .map(|(method, path, _)| (method.to_string(), path.to_owned()))
        .collect();
    let (done, later): (Vec<Row>, Vec<Row>) =
        rows().into_iter().partition(|row| row.files.is_some());
    let call = |row: Row| (row.method, row.path);

    assert_eq!(done.into_iter().map(call).collect::<BTreeSet<_>>(), routes);
    for row in later.into_iter().map(call) {
        assert!(!routes.contains(&row), "{row:?} is served");
    }
}

#[test]
fn an_operation_has_one_row() {
    let rows = rows();
    let calls: BTreeSet<(&str, &str)> =
        rows.iter().map(|row| (row.operation.as_str(), row.path.as_str())).collect();

    assert_eq!(calls.len(), rows.len());
}

#[test]
fn the_path_alone_finds_the_endpoint_and_its_tests() {
    for row in rows() {
        let Some((endpoint, test)) = row.files else { continue };
        let places = places(&row.path);
        let call = format!("{} {}", row.method, row.path);

        assert!(places.contains(&endpoint), "{call}: {endpoint} is none of {places:?}");
        let source = std::fs::read_to_string(crate_directory().join("src").join(&endpoint));
        let source = source.unwrap_or_else(|problem| panic!("{endpoint}: {problem}"));
        let described = format!("{},\n    path = \"{}\",", row.method.to_lowercase(), row.path);
        assert!(source.contains(&described), "{endpoint} is not the endpoint of {call}");

        // Where each verb would have a line or two they share the directory's own file.
        let directory = Path::new(&endpoint).parent().expect("a directory");
        let last = row.path.rsplit('/').next().expect("a word");
        let attachment =
            row.path.starts_with("/v5/") && (last.contains("attach") || last.contains("detach"));
        let shared = [directory.with_extension("rs"), directory.join("mod.rs")];
        let found = test == endpoint
            || shared.contains(&PathBuf::from(&test))
            || (attachment && test == ATTACHMENTS);
        assert!(found, "{call}: {test} is neither {endpoint} nor one of {shared:?}");
        let source = std::fs::read_to_string(crate_directory().join("tests/api").join(&test));
        let source = source.unwrap_or_else(|problem| panic!("{test}: {problem}"));
        assert!(source.contains("::test]"), "{test} tests nothing");
    }
}
