//! What a server keeps in memory, when the database changes: under its own hands, and under those of
//! another server.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use iam::{Principal, Reach, State, UserChange};
use ledger::{Author, PolicyId};
use serde_json::{Value, json};
use testkit::{Answer, TestMember, TestNode, TestServer};

const AUTHORITIES: &str = "/v1/private-certificate-authorities";
const CERTIFICATES: &str = "/v1/private-certificates";
/// A second, within which another server has to know, and some patience with this machine.
const SOON: Duration = Duration::from_secs(5);

/// Two servers on one database, a root, and a member who may do everything with it.
struct Nodes {
    here: TestServer,
    there: TestNode,
    root: String,
    member: TestMember,
    policy: PolicyId,
}

impl Nodes {
    async fn start() -> Self {
        let here = TestServer::start().await;
        let there = here.another_node().await;
        let root = here.post(AUTHORITIES, authority("ROOT", None)).await.string("/ca_id");
        let allow = json!([{ "Effect": "Allow", "Action": ["pca:*:*"] }]);
        let policy = here.policy("all", allow).await;
        let member = here.member("bob", &[(policy, Reach::Everywhere)]).await;
        Self { here, there, root, member, policy }
    }

    async fn issue_here(&self) -> Answer {
        let body = Some(certificate(&self.root));
        self.here.call(&self.member.token, Method::POST, CERTIFICATES, body).await
    }

    async fn issue_there(&self) -> Answer {
        self.issue_there_from(&self.root).await
    }

    async fn issue_there_from(&self, issuer: &str) -> Answer {
        let body = Some(certificate(issuer));
        self.there.call(&self.member.token, Method::POST, CERTIFICATES, body).await
    }

    async fn list_here(&self) -> StatusCode {
        self.here.call(&self.member.token, Method::GET, AUTHORITIES, None).await.status
    }

    async fn list_there(&self) -> StatusCode {
        self.there.call(&self.member.token, Method::GET, AUTHORITIES, None).await.status
    }

    /// Both servers have seen everything, and keep what they may.
    async fn warmed() -> Self {
        let nodes = Self::start().await;
        for _ in 0..2 {
            assert_eq!(nodes.issue_here().await.status, StatusCode::OK);
            assert_eq!(nodes.issue_there().await.status, StatusCode::OK);
            assert_eq!(nodes.list_here().await, StatusCode::OK);
            assert_eq!(nodes.list_there().await, StatusCode::OK);
        }
        nodes
    }

    async fn list_there_soon(&self) -> StatusCode {
        let begun = Instant::now();
        loop {
            let status = self.list_there().await;
            if status != StatusCode::OK || begun.elapsed() > SOON {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn disable_root(&self) {
        let path = format!("{AUTHORITIES}/{}/disable", self.root);
        let answer = self.here.post(&path, json!({})).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    }

    async fn change_member(&self, change: UserChange) {
        let author = self.author();
        self.here.iam.update_user(&author, self.member.user.id, change).await.unwrap();
    }

    async fn detach(&self) {
        let who = Principal::User(self.member.user.id);
        let what = (self.policy, Reach::Everywhere);
        self.here.iam.detach_policy(&self.author(), who, what).await.unwrap();
    }

    async fn attach(&self) {
        let who = Principal::User(self.member.user.id);
        let what = (self.policy, Reach::Everywhere);
        self.here.iam.attach_policy(&self.author(), who, what).await.unwrap();
    }

    fn author(&self) -> Author {
        let origin = ledger::Origin {
            actor: ledger::Actor::OperatingSystem(0),
            address: None,
            request_id: "test".to_owned(),
        };
        let account = self.here.owner.bootstrap.account.id;
        Author { account, origin, expectations: Vec::new() }
    }
}

fn authority(kind: &str, issuer: Option<&str>) -> Value {
    let name = json!({ "common_name": kind, "country": "CN", "state": "S", "locality": "L",
                       "organization": "O", "organizational_unit": "U" });
    let years = if issuer.is_some() { 5 } else { 10 };
    json!({ "type": kind, "distinguished_name": name, "key_algorithm": "EC256",
            "signature_algorithm": "SHA256", "issuer_id": issuer,
            "validity": { "type": "YEAR", "value": years } })
}

fn certificate(issuer: &str) -> Value {
    json!({ "issuer_id": issuer, "key_algorithm": "EC256", "signature_algorithm": "SHA256",
            "distinguished_name": { "common_name": "a.example" },
            "validity": { "type": "DAY", "value": 9 } })
}

fn disabled() -> UserChange {
    UserChange { state: Some(State::Disabled), ..UserChange::default() }
}

#[tokio::test]
async fn a_disabled_authority_issues_nothing_here_nor_on_another_server() {
    let nodes = Nodes::warmed().await;

    nodes.disable_root().await;

    assert_eq!(nodes.issue_here().await.status, StatusCode::FORBIDDEN);
    let there = nodes.issue_there().await;
    assert_eq!(there.status, StatusCode::FORBIDDEN, "{}", there.text());
}

#[tokio::test]
async fn below_an_authority_that_was_revoked_elsewhere_nothing_is_issued() {
    let nodes = Nodes::start().await;
    let upper = authority("SUBORDINATE", Some(&nodes.root));
    let upper = nodes.here.post(AUTHORITIES, upper).await.string("/ca_id");
    for _ in 0..2 {
        assert_eq!(nodes.issue_there_from(&upper).await.status, StatusCode::OK);
    }

    let revoked = nodes.here.post(&format!("{AUTHORITIES}/{upper}/revoke"), json!({})).await;

    assert_eq!(revoked.status, StatusCode::NO_CONTENT, "{}", revoked.text());
    assert_ne!(nodes.issue_there_from(&upper).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_authority_that_was_enabled_elsewhere_issues_at_once() {
    let nodes = Nodes::warmed().await;
    nodes.disable_root().await;
    assert_eq!(nodes.issue_there().await.status, StatusCode::FORBIDDEN);

    let enabled = nodes.here.post(&format!("{AUTHORITIES}/{}/enable", nodes.root), json!({})).await;

    assert_eq!(enabled.status, StatusCode::NO_CONTENT, "{}", enabled.text());
    assert_eq!(nodes.issue_there().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_disabled_user_is_refused_here_at_once_and_elsewhere_within_a_second() {
    let nodes = Nodes::warmed().await;

    nodes.change_member(disabled()).await;

    assert_eq!(nodes.list_here().await, StatusCode::UNAUTHORIZED);
    assert_eq!(nodes.issue_here().await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nodes.list_there_soon().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_disabled_user_is_issued_nothing_on_another_server_from_the_same_moment() {
    let nodes = Nodes::warmed().await;

    nodes.change_member(disabled()).await;

    let there = nodes.issue_there().await;
    assert_eq!(there.status, StatusCode::UNAUTHORIZED, "{}", there.text());
}

#[tokio::test]
async fn a_change_of_a_user_that_does_not_matter_is_not_noticed_on_another_server() {
    let nodes = Nodes::warmed().await;
    let description = Some("works from home".to_owned());

    nodes.change_member(UserChange { description, ..UserChange::default() }).await;

    let there = nodes.issue_there().await;
    assert_eq!(there.status, StatusCode::OK, "{}", there.text());
}

#[tokio::test]
async fn a_detached_policy_counts_no_more_here_at_once_and_elsewhere_within_a_second() {
    let nodes = Nodes::warmed().await;

    nodes.detach().await;

    assert_eq!(nodes.list_here().await, StatusCode::FORBIDDEN);
    assert_eq!(nodes.issue_here().await.status, StatusCode::FORBIDDEN);
    assert_eq!(nodes.list_there_soon().await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn by_a_policy_that_was_detached_elsewhere_nothing_is_issued_from_the_same_moment() {
    let nodes = Nodes::warmed().await;

    nodes.detach().await;

    let there = nodes.issue_there().await;
    assert_eq!(there.status, StatusCode::FORBIDDEN, "{}", there.text());
}

#[tokio::test]
async fn nobody_is_refused_for_a_policy_that_was_attached_elsewhere() {
    let nodes = Nodes::warmed().await;
    nodes.detach().await;
    assert_eq!(nodes.list_there_soon().await, StatusCode::FORBIDDEN);

    nodes.attach().await;

    assert_eq!(nodes.list_there().await, StatusCode::OK);
}
