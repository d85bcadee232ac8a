//! Who may use which route: the table `permissions.txt`, walked.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use iam::policy::system_policies;
use iam::{NewPolicy, PolicyKind, Reach};
use ledger::{AccountId, Actor, Author, Origin, PolicyId};
use serde_json::{Value, json};
use testkit::{Answer, TestMember, TestServer};

/// The table. A line: method, path, what becomes of the owner, of the owner of a second account who
/// names things of the first, of a user without policies, of a reader, and of a user with a policy
/// for the authorities with the tag `team=blue`; then the body of the request, if it needs one.
const TABLE: &str = include_str!("permissions.txt");

const AUTHORITIES: &str = "/v1/private-certificate-authorities";

/// What becomes of a request, as far as leave goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Outcome {
    /// The thing is not there, or is another account's.
    Absent,
    /// Policies do not allow it.
    Denied,
    /// The project or account is not the caller's.
    Foreign,
    /// It got to the operation.
    May,
    /// It was refused before anybody asked for leave: the row needs another body.
    Unasked,
}

impl Outcome {
    fn of(answer: &Answer) -> Self {
        let text = answer.text();
        let code = answer.string("/error_code");
        match answer.status {
            StatusCode::NOT_FOUND => Self::Absent,
            StatusCode::FORBIDDEN if text.is_empty() => Self::Denied,
            StatusCode::FORBIDDEN if text.contains("Policy doesn't allow") => Self::Denied,
            StatusCode::FORBIDDEN if text.contains("is not that of the credentials") => {
                Self::Foreign
            }
            StatusCode::BAD_REQUEST if ["PCA.10010002", "SCM.0707"].contains(&&*code) => {
                Self::Absent
            }
            // The password that proves the caller again is wrong.
            StatusCode::BAD_REQUEST if code == "1103" => Self::May,
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => Self::Unasked,
            _ => Self::May,
        }
    }

    fn read(word: &str) -> Option<Self> {
        let all = [Self::Absent, Self::Denied, Self::Foreign, Self::May];
        all.into_iter().find(|outcome| outcome.to_string() == word)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "absent",
            Self::Denied => "denied",
            Self::Foreign => "foreign",
            Self::May => "may",
            Self::Unasked => "unasked",
        })
    }
}

/// A line of the table.
struct Row {
    outcomes: Vec<Outcome>,
    body: Option<Value>,
}

fn table() -> BTreeMap<(String, String), Row> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut rows = BTreeMap::new();
    for line in lines {
        let (head, body) = match line.find(" {") {
            Some(at) if line[at..].starts_with(" { ") => (&line[..at], Some(&line[at..])),
            _ => (line, None),
        };
        let words: Vec<&str> = head.split_whitespace().collect();
        let outcomes: Vec<Outcome> =
            words[2..].iter().map(|word| Outcome::read(word).expect(line)).collect();
        assert_eq!(outcomes.len(), 5, "{line}");
        let body = body.map(|body| serde_json::from_str(body).expect(line));
        let key = (words[0].to_owned(), words[1].to_owned());
        assert!(rows.insert(key, Row { outcomes, body }).is_none(), "twice: {line}");
    }
    rows
}

/// A server with one of everything that a path can name, and the five callers.
struct Stage {
    server: TestServer,
    callers: [String; 5],
    names: BTreeMap<&'static str, String>,
}

impl Stage {
    async fn build(path: &str) -> Self {
        let server = TestServer::start().await;
        let second = server.account("second").await;
        let nobody = server.member("nobody", &[]).await;
        let reader = server.member("reader", &reading()).await;
        let blue = server.policy("blue", blue_only()).await;
        let tagged = server.member("tagged", &[(blue, Reach::Everywhere)]).await;
        let callers =
            [server.owner.token.clone(), second.token, nobody.token, reader.token, tagged.token];
        let names = names(&server, path, blue).await;
        Self { server, callers, names }
    }

    /// What becomes of a request of each caller; those first who are to change nothing.
    async fn outcomes(
        &mut self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Vec<Outcome> {
        if path.contains("{cert_id}") && !self.names.contains_key("cert_id") {
            let id = workspace_authority(&self.server).await;
            self.names.insert("cert_id", id);
        }
        let mut outcomes = vec![Outcome::Unasked; 5];
        let filled = filled(path, &self.names);
        for caller in [2, 3, 1, 4, 0] {
            let body = body.map(|body| filled_body(body, &self.names).to_string());
            let request = Request::builder()
                .method(method)
                .uri(&filled)
                .header("x-auth-token", &self.callers[caller])
                .header("x-subject-token", &self.names["token"])
                .body(body.map_or(Body::empty(), Body::from));
            let answer = self.server.send(request.expect("a well-formed request")).await;
            outcomes[caller] = Outcome::of(&answer);
        }
        outcomes
    }
}

fn reading() -> Vec<(PolicyId, Reach)> {
    let id = |name: &str| system_policies().iter().find(|p| p.name == name).expect(name).id;
    vec![
        (id("PCA ReadOnlyAccess"), Reach::Domain),
        (id("SCM ReadOnlyAccess"), Reach::Domain),
        (id("Workspace ReadOnlyAccess"), Reach::AllProjects),
    ]
}

fn blue_only() -> Value {
    json!([{ "Effect": "Allow", "Action": ["pca:ca:*"], "Resource": ["pca:*:*:ca:*"],
             "Condition": { "StringEquals": { "g:ResourceTag/team": ["blue"] } } }])
}

/// A value for each variable of paths and bodies.
async fn names(
    server: &TestServer,
    path: &str,
    policy: PolicyId,
) -> BTreeMap<&'static str, String> {
    let account: AccountId = server.owner.bootstrap.account.id;
    let origin =
        Origin { actor: Actor::OperatingSystem(0), address: None, request_id: "test".to_owned() };
    let author = Author { account, origin, expectations: Vec::new() };
    let TestMember { user, token } = server.member("subject", &[]).await;
    let group =
        server.iam.create_group(&author, "group".into(), String::new()).await.expect("a group");
    let key = server.iam.create_access_key(&author, user.id, "").await.expect("a key");
    let csr = json!({ "name": "csr", "domain_name": "a.example", "private_key_algo": "EC_P256",
                      "usage": "PERSONAL" });
    let csr = server.post("/v3/scm/csr", csr).await.string("/id");
    let pem = server.get(&format!("/v3/scm/csr/{csr}")).await.string("/csr");
    let role = match standard_role(path) {
        Some(name) => system_policies().iter().find(|policy| policy.name == name).expect(name).id,
        None => server.iam.create_policy(&author, role()).await.expect("a role").id,
    };
    let blue = authority(server, "blue").await;
    BTreeMap::from([
        ("access_key", key.key.access.clone()),
        ("access_key_id", key.key.access),
        ("certificate_id", certificate(server, &blue).await),
        ("ca_id", blue),
        // As it stands within a text of JSON.
        ("csr_pem", pem.replace('\r', "").replace('\n', "\\n")),
        ("domain_id", server.owner.id()),
        ("group_id", group.id.to_string()),
        ("id", csr),
        ("policy_id", policy.to_string()),
        ("project_id", server.owner.project()),
        ("role_id", role.to_string()),
        ("status", "disable".to_owned()),
        ("token", token),
        ("user_id", user.id.to_string()),
        ("version_id", "v1".to_owned()),
    ])
}

/// The role that a path can name: one for projects, one for the account, or one of its own.
fn standard_role(path: &str) -> Option<&'static str> {
    match path {
        _ if path.contains("OS-ROLE") => None,
        _ if path.contains("projects") => Some("Workspace FullAccess"),
        _ => Some("PCA FullAccess"),
    }
}

/// A role of the account's own.
fn role() -> NewPolicy {
    let statement = json!({ "Effect": "Allow", "Action": ["scm::listCsr"] });
    NewPolicy {
        name: "role".to_owned(),
        description: String::new(),
        kind: PolicyKind::AccountRole,
        document: json!({ "Version": "1.1", "Statement": [statement] }).to_string(),
    }
}

async fn authority(server: &TestServer, team: &str) -> String {
    let body = json!({
        "type": "ROOT", "key_algorithm": "EC256", "signature_algorithm": "SHA256",
        "validity": { "type": "YEAR", "value": 10 },
        "distinguished_name": { "common_name": team, "country": "CN", "state": "S",
            "locality": "L", "organization": "O", "organizational_unit": "U" },
    });
    let id = server.post(AUTHORITIES, body).await.string("/ca_id");
    let tag = json!({ "tag": { "key": "team", "value": team } });
    let answer = server.post(&format!("{AUTHORITIES}/{id}/tags"), tag).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    id
}

async fn certificate(server: &TestServer, issuer: &str) -> String {
    let body = json!({ "issuer_id": issuer, "distinguished_name": { "common_name": "C" },
                       "validity": { "type": "YEAR", "value": 1 } });
    server.post("/v1/private-certificates", body).await.string("/certificate_id")
}

async fn workspace_authority(server: &TestServer) -> String {
    let path =
        format!("/v2/{}/certmanager/private-certificate-authorities", server.owner.project());
    let body = json!({
        "distinguished_name": { "common_name": "W", "country": "CN", "state": "S", "locality": "L",
            "organization": "O", "organizational_unit": "U" },
        "key_algorithm": "RSA-2048", "signature_algorithm": "SHA-256",
        "validity": { "type": "YEAR", "value": 10 },
        "crl_configuration": { "enable": true, "type": "SYSTEM", "valid_day": 7 },
    });
    let answer = server.post(&path, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    server.get(&path).await.string("/cert_list/0/cert_id")
}

/// `text` with each variable replaced.
fn filled(text: &str, names: &BTreeMap<&'static str, String>) -> String {
    names
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

fn filled_body(body: &Value, names: &BTreeMap<&'static str, String>) -> Value {
    serde_json::from_str(&filled(&body.to_string(), names)).expect("JSON")
}

#[tokio::test]
async fn each_route_is_for_whom_the_table_says() {
    let table = table();
    let mut wrong = Vec::new();
    let mut walked = 0;
    let mut calm: BTreeMap<Option<&str>, Stage> = BTreeMap::new();
    for (method, path, access) in api::routes() {
        if access == api::Access::Open {
            continue;
        }
        walked += 1;
        let row = table.get(&(method.to_string(), path.to_owned()));
        let body = row.and_then(|row| row.body.as_ref());
        let found = match calm.entry(standard_role(path)) {
            // What changes nothing can share a stage.
            Entry::Vacant(place) if method.is_safe() => {
                place.insert(Stage::build(path).await).outcomes(&method, path, body).await
            }
            Entry::Occupied(mut place) if method.is_safe() => {
                place.get_mut().outcomes(&method, path, body).await
            }
            _ => Stage::build(path).await.outcomes(&method, path, body).await,
        };
        if row.is_none_or(|row| row.outcomes != found) {
            let words: Vec<String> = found.iter().map(ToString::to_string).collect();
            let written = if row.is_some() { "another" } else { "no" };
            wrong.push(format!("{method} {path} {} ({written} row)", words.join(" ")));
        }
    }

    assert!(
        wrong.is_empty(),
        "what the routes do and the table does not say:\n{}",
        wrong.join("\n")
    );
    assert_eq!(table.len(), walked, "a row has no route any more");
}

#[tokio::test]
async fn a_policy_for_one_authority_by_tag_gives_nothing_on_another() {
    let stage = Stage::build("").await;
    let mut names = stage.names.clone();
    names.insert("ca_id", authority(&stage.server, "red").await);
    let mut stage = Stage { names, ..stage };
    let mut seen = 0;

    for ((method, path), row) in table() {
        if path.contains("{ca_id}") {
            let method: Method = method.parse().unwrap();
            let found = stage.outcomes(&method, &path, row.body.as_ref()).await;
            assert_eq!(found[4], Outcome::Denied, "{method} {path}");
            seen += 1;
        }
    }
    assert!(seen >= 12, "{seen}");
}

#[tokio::test]
async fn what_is_not_there_is_told_only_to_who_may_do_it_somewhere() {
    let stage = Stage::build("").await;
    let mut names = stage.names.clone();
    names.insert("ca_id", "4c0e772e-a30c-4029-b929-b7acb04143f7".to_owned());
    let mut stage = Stage { names, ..stage };

    let path = format!("{AUTHORITIES}/{{ca_id}}");
    let found = stage.outcomes(&Method::GET, &path, None).await;
    let disabled = stage.outcomes(&Method::POST, &format!("{path}/disable"), None).await;

    use Outcome::{Absent, Denied};
    assert_eq!(found, [Absent, Absent, Denied, Absent, Absent]);
    assert_eq!(disabled, [Absent, Absent, Denied, Denied, Absent]);
}

#[tokio::test]
async fn a_refusal_names_the_action_and_is_audited() {
    let server = TestServer::start().await;
    let nobody = server.member("nobody", &[]).await;

    let answer = server.call_as(&nobody, Method::GET, AUTHORITIES).await;

    assert_eq!(answer.refusal(), "403 PCA.00010004");
    assert_eq!(answer.string("/error_msg"), "Policy doesn't allow pca:ca:list to be performed.");
    assert!(server.audit().await.contains(&"authorize Refused".to_owned()));
}

#[tokio::test]
async fn a_list_of_one_enterprise_project_is_for_who_may_list_that() {
    let server = TestServer::start().await;
    let statement = json!([{ "Effect": "Allow", "Action": "pca:ca:list",
        "Condition": { "StringEquals": { "g:EnterpriseProjectId": "0" } } }]);
    let policy = server.policy("project 0", statement).await;
    let member = server.member("member", &[(policy, Reach::Everywhere)]).await;

    for (query, expected) in [
        ("?enterprise_project_id=0", Outcome::May),
        ("?enterprise_project_id=0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", Outcome::Denied),
        ("?enterprise_project_id=all", Outcome::Denied),
        ("", Outcome::Denied),
    ] {
        let path = format!("{AUTHORITIES}{query}");
        let answer = server.call_as(&member, Method::GET, &path).await;
        assert_eq!(Outcome::of(&answer), expected, "{query}");
    }
}

#[tokio::test]
async fn tags_in_the_request_are_what_a_policy_can_bound() {
    let server = TestServer::start().await;
    let ca = authority(&server, "blue").await;
    let statement = json!([{ "Effect": "Allow", "Action": "pca:ca:createTag",
        "Condition": { "ForAllValues:StringEquals": { "g:TagKeys": ["cost"] },
                       "StringMatchIfExists": { "g:RequestTag/cost": "4*" } } }]);
    let policy = server.policy("cost", statement).await;
    let member = server.member("member", &[(policy, Reach::Everywhere)]).await;

    for (key, value, expected) in [
        ("cost", "42", Outcome::May),
        ("cost", "7", Outcome::Denied),
        ("team", "42", Outcome::Denied),
    ] {
        let body = json!({ "tag": { "key": key, "value": value } });
        let path = format!("{AUTHORITIES}/{ca}/tags");
        let answer = server.call(&member.token, Method::POST, &path, Some(body)).await;
        assert_eq!(Outcome::of(&answer), expected, "{key}={value}");
    }
}

#[tokio::test]
async fn who_may_activate_one_authority_cannot_use_another_ones_key_for_it() {
    let server = TestServer::start().await;
    let (blue, red) = (authority(&server, "blue").await, authority(&server, "red").await);
    let pending = json!({ "type": "SUBORDINATE", "key_algorithm": "EC256",
        "distinguished_name": { "common_name": "P", "country": "CN", "state": "S",
            "locality": "L", "organization": "O", "organizational_unit": "U" } });
    let pending = server.post(AUTHORITIES, pending).await.string("/ca_id");
    let tag = json!({ "tag": { "key": "team", "value": "blue" } });
    server.post(&format!("{AUTHORITIES}/{pending}/tags"), tag).await;
    let policy = server.policy("blue", blue_only()).await;
    let member = server.member("member", &[(policy, Reach::Everywhere)]).await;

    for (issuer, expected) in [(red, Outcome::Denied), (blue, Outcome::May)] {
        let body = json!({ "issuer_id": issuer, "signature_algorithm": "SHA256",
                           "validity": { "type": "YEAR", "value": 1 } });
        let path = format!("{AUTHORITIES}/{pending}/activate");
        let answer = server.call(&member.token, Method::POST, &path, Some(body)).await;
        assert_eq!(Outcome::of(&answer), expected, "{}", answer.text());
    }
}

#[tokio::test]
async fn no_policy_is_good_for_the_owners_credentials() {
    let server = TestServer::start().await;
    let everything = server.policy("all", json!([{ "Effect": "Allow", "Action": "*" }])).await;
    let member = server.member("member", &[(everything, Reach::Everywhere)]).await;
    let other = server.member("other", &[]).await;
    let owner = server.owner.bootstrap.user.id;

    for (user, expected) in [(owner, Outcome::Denied), (other.user.id, Outcome::May)] {
        let password = json!({ "user": { "password": "another Secret 22" } });
        let key = json!({ "credential": { "user_id": user.to_string() } });
        for (method, path, body) in [
            (Method::POST, "/v3.0/OS-CREDENTIAL/credentials".to_owned(), Some(key)),
            (Method::PATCH, format!("/v3/users/{user}"), Some(password)),
            (Method::DELETE, format!("/v3/users/{user}"), None),
        ] {
            let answer = server.call(&member.token, method.clone(), &path, body).await;
            assert_eq!(Outcome::of(&answer), expected, "{method} {path} {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_denial_counts_for_what_is_ones_own_too() {
    let server = TestServer::start().await;
    let frozen =
        server.policy("frozen", json!([{ "Effect": "Deny", "Action": "iam:credentials:*" }])).await;
    let member = server.member("member", &[(frozen, Reach::Everywhere)]).await;
    let free = server.member("free", &[]).await;

    for (who, expected) in [(&member, Outcome::Denied), (&free, Outcome::May)] {
        let user = who.user.id;
        let key = json!({ "credential": { "user_id": user.to_string() } });
        for (method, path, body) in [
            (Method::POST, "/v3.0/OS-CREDENTIAL/credentials".to_owned(), Some(key)),
            (Method::POST, format!("/v5/users/{user}/access-keys"), None),
            (Method::GET, "/v3.0/OS-CREDENTIAL/credentials".to_owned(), None),
            (Method::GET, format!("/v5/users/{user}/access-keys"), None),
        ] {
            let answer = server.call(&who.token, method.clone(), &path, body).await;
            assert_eq!(Outcome::of(&answer), expected, "{method} {path} {}", answer.text());
        }
    }
}
