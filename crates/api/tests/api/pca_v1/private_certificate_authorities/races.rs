//! What is stopped issues nothing more: issuing and activating against disabling, revoking and
//! deleting the issuer and the one above it, again and again, over the real store.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{TestScope, TestServer};

use super::{PATH, act, created, delete, pending, root, subordinate};

/// How often each race is run.
const ROUNDS: usize = 50;
/// How many requests of each kind run against the one that stops the issuer.
const RUNNERS: usize = 3;

/// An issuer with one above it, below a root.
struct Line {
    middle: String,
    last: String,
}

async fn start() -> (Arc<TestServer>, String) {
    let rules = pki::Settings { authority_quota: None, ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;
    let top = created(&server, root("Root")).await;
    (Arc::new(server), top)
}

async fn line(server: &TestServer, top: &str) -> Line {
    let middle = created(server, subordinate("Middle", top, 3)).await;
    let last = created(server, subordinate("Last", &middle, 1)).await;
    Line { middle, last }
}

/// The authorities that `issuer` has issued.
async fn children(server: &TestServer, token: &str, issuer: &str) -> BTreeSet<String> {
    let path = format!("{PATH}?limit=1000&type=SUBORDINATE");
    let listed = server.call(token, Method::GET, &path, None).await.json();
    let all = listed["certificate_authorities"].as_array().unwrap();
    let own = all.iter().filter(|one| one["issuer_id"] == issuer);
    own.map(|one| one["ca_id"].as_str().unwrap().to_owned()).collect()
}

/// Requests that create and activate authorities below `issuer`.
async fn requests(server: &TestServer, token: &str, issuer: &str) -> Vec<(String, Value)> {
    let mut calls: Vec<(String, Value)> = Vec::new();
    for runner in 0..RUNNERS {
        let mut body = subordinate(&format!("Created {runner}"), issuer, 0);
        body["validity"] = json!({ "type": "DAY", "value": 1 });
        calls.push((PATH.to_owned(), body));
        let waiting = server
            .call(token, Method::POST, PATH, Some(pending(&format!("Activated {runner}"))))
            .await
            .string("/ca_id");
        let activation = json!({ "issuer_id": issuer, "signature_algorithm": "SHA256",
                                 "validity": { "type": "DAY", "value": 1 } });
        calls.push((format!("{PATH}/{waiting}/activate"), activation));
    }
    calls
}

/// Starts these requests.
fn start_all(
    server: &Arc<TestServer>,
    token: &str,
    requests: Vec<(String, Value)>,
) -> Vec<Issuing> {
    let start = |(path, body): (String, Value)| {
        let (server, token) = (Arc::clone(server), token.to_owned());
        tokio::spawn(
            async move { server.call(&token, Method::POST, &path, Some(body)).await.status },
        )
    };
    requests.into_iter().map(start).collect()
}

type Issuing = tokio::task::JoinHandle<StatusCode>;

/// Waits for the requests; how many were granted and how many refused.
async fn outcome(issuing: Vec<Issuing>) -> [usize; 2] {
    let mut outcome = [0, 0];
    for call in issuing {
        let status = call.await.unwrap();
        let refused = !status.is_success();
        assert!(!status.is_server_error(), "{status}");
        outcome[usize::from(refused)] += 1;
    }
    outcome
}

async fn give_way(times: usize) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

/// Runs `stop` against issuing below the last one of a line. What exists when `stop` is answered
/// is all that ever exists.
async fn race(stop: impl AsyncFn(&TestServer, &Line)) {
    let (server, top) = start().await;
    let token = server.owner.token.clone();
    let mut seen = [0, 0];
    for round in 0..ROUNDS {
        let line = line(&server, &top).await;
        let requests = requests(&server, &token, &line.last).await;
        let stopping = async {
            stop(&server, &line).await;
            children(&server, &token, &line.last).await
        };
        let (issuing, then) = match round % 3 {
            // The one that stops begins, by a little more each time.
            0 => {
                let issuing = async {
                    give_way(round).await;
                    start_all(&server, &token, requests)
                };
                // Polled in this order.
                let (then, issuing) = tokio::join!(biased; stopping, issuing);
                (issuing, then)
            }
            // The others begin, by a little more each time.
            1 => {
                let issuing = start_all(&server, &token, requests);
                give_way(round).await;
                (issuing, stopping.await)
            }
            // One of the others has its answer.
            _ => {
                let issuing = start_all(&server, &token, requests);
                while !issuing.iter().any(Issuing::is_finished) {
                    tokio::task::yield_now().await;
                }
                (issuing, stopping.await)
            }
        };

        let [granted, refused] = outcome(issuing).await;

        let finally = children(&server, &token, &line.last).await;
        assert_eq!(then, finally, "round {round}");
        assert_eq!(granted, finally.len(), "round {round}");
        seen = [seen[0] + granted, seen[1] + refused];
    }
    // Otherwise nothing has raced.
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}

async fn done(server: &TestServer, id: &str, call: &str) {
    let answer = match call {
        "revoke" => server.post(&format!("{PATH}/{id}/revoke"), json!({})).await,
        call => act(server, id, call).await,
    };
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_child_appears_after_its_issuer_was_disabled() {
    race(async |server, line| done(server, &line.last, "disable").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_child_appears_after_its_issuer_was_revoked() {
    race(async |server, line| done(server, &line.last, "revoke").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_child_appears_after_the_one_above_its_issuer_was_revoked() {
    race(async |server, line| done(server, &line.middle, "revoke").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_child_appears_after_its_issuer_was_revoked_and_deleted() {
    race(async |server, line| {
        done(server, &line.last, "revoke").await;
        let answer = delete(server, &line.last, "").await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_child_appears_after_the_one_above_its_issuer_was_destroyed() {
    let (server, top) = start().await;
    let mut seen = [0, 0];
    for round in 0..ROUNDS / 3 {
        let token = server.token(&server.owner, TestScope::Project).await;
        let call = async |method, path: &str, body| server.call(&token, method, path, body).await;
        let middle = call(Method::POST, PATH, Some(subordinate("Middle", &top, 3))).await;
        let middle = middle.string("/ca_id");
        let last = call(Method::POST, PATH, Some(subordinate("Last", &middle, 1))).await;
        let last = last.string("/ca_id");
        call(Method::POST, &format!("{PATH}/{middle}/disable"), None).await;
        let path = format!("{PATH}/{middle}?pending_days=7");
        let deleted = call(Method::DELETE, &path, None).await;
        assert_eq!(deleted.status, StatusCode::NO_CONTENT);
        // The token lives a day: a new one for the end of the window.
        server.clock.advance(7 * 86_400 - 3600);
        let token = server.token(&server.owner, TestScope::Project).await;
        let requests = requests(&server, &token, &last).await;
        let issuing = start_all(&server, &token, requests);
        give_way(round % 12).await;
        // A commit on a server takes longer than that.
        if round % 3 == 2 {
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        server.clock.advance(3600);
        assert_eq!(server.pki.destroy_due_authorities(&server.lease().await).await.unwrap(), 1);
        let then = children(&server, &token, &last).await;

        let [granted, refused] = outcome(issuing).await;

        assert_eq!(then, children(&server, &token, &last).await, "round {round}");
        assert_eq!(granted, then.len(), "round {round}");
        seen = [seen[0] + granted, seen[1] + refused];
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_ways_out_of_a_phase_one_is_gone() {
    let (server, top) = start().await;
    for round in 0..ROUNDS {
        let id = created(&server, subordinate(&format!("Sub {round}"), &top, 0)).await;
        let start = |call: &'static str| {
            let (server, id) = (Arc::clone(&server), id.clone());
            tokio::spawn(async move {
                let path = format!("{PATH}/{id}/{call}");
                server.post(&path, json!({})).await.status
            })
        };
        let calls: Vec<Issuing> = ["disable", "disable", "revoke", "revoke"].map(start).into();

        let [granted, _] = outcome(calls).await;

        // Disabled once and then revoked, or revoked at once.
        let status = super::status(&server, &id).await;
        assert_eq!(status, "REVOKED", "round {round}");
        assert!((1..=2).contains(&granted), "round {round}: {granted}");
    }
}
