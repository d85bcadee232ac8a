//! The server itself.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use api::{Peer, Probe, Readiness, Services, Settings};
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use buckets::{Bucket, Configured, Kind};
use iam::{Iam, LocalSignIn, Named, NewAccount, PasswordCost, Ports, RequestedScope};
use keys::{MasterKey, Vault};
use ledger::system::SystemRandom;
use ledger::{Actor, ChangeId, Clock, Origin, StoreError};
use pki::company::{Company, ProfileOrigin, profile_record};
use pki::lease::{Claim, Lease, Leases, Start};
use pki::{Pki, PublicUrl};
use postgres_cluster::TestDatabase;
use serde_json::Value;
use store::{DataKeyRow, Database, Record};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::engine;
use crate::keys::TestKeys;
use crate::{Answer, TestAccount, TestClock, TestNode, TestScope};

/// The region after which each account's project is named.
const REGION: &str = "cn-north-4";

/// Under which URL [`TestServer::start`] lets relying parties reach the public listener.
pub const PUBLIC_URL: &str = "http://pki.test";

/// The bucket that every test server has, a local one.
pub const BUCKET: &str = "cinnabar-crl";

/// The real router over a real database, and its first account.
pub struct TestServer {
    /// The clock of everything inside.
    pub clock: Arc<TestClock>,
    /// The account that is there from the start; it has an enterprise profile.
    pub owner: TestAccount,
    /// The database.
    pub database: Database,
    /// The identity operations.
    pub iam: Arc<Iam>,
    /// The operations on authorities and requests.
    pub pki: Pki,
    keys: Arc<TestKeys>,
    router: Router,
    public: Router,
    readiness: Arc<Ready>,
    vault: Arc<Vault>,
    rules: pki::Settings,
    // Removed when the server goes, as the database on a server is.
    directory: TempDir,
    server: Option<TestDatabase>,
}

/// Whether the database can commit; panics when the test wants to see one.
struct Ready {
    database: Database,
    panics: AtomicBool,
    asked: AtomicUsize,
}

#[async_trait]
impl Readiness for Ready {
    async fn ready(&self) -> Result<(), StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        assert!(!self.panics.load(Ordering::SeqCst), "the test wants a panic");
        self.database.ready().await
    }
}

impl TestServer {
    /// Starts a server with one account.
    pub async fn start() -> Self {
        let public_url = PublicUrl::Given(PUBLIC_URL.to_owned());
        let rules = pki::Settings { public_url, ..pki::Settings::default() };
        Self::start_with(Settings::default(), rules).await
    }

    /// Starts a server with these settings.
    pub async fn start_with(settings: Settings, rules: pki::Settings) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (database, server) = engine::open(directory.path()).await;
        let clock = Arc::new(TestClock::default());
        let random = Arc::new(SystemRandom);
        let master = MasterKey::generate(&*random);
        let new = Vault::create(&master, random.clone()).expect("a new vault");
        let vault = Arc::new(new.vault);
        let ports = Ports {
            directory: Arc::new(database.clone()),
            clock: clock.clone(),
            random: random.clone(),
            seal: vault.clone(),
        };
        // Passwords are not what most tests are about, and these are random anyway.
        let password_cost = PasswordCost { memory_kib: 8, passes: 1, lanes: 1 };
        let iam = Iam::new(ports, iam::Settings { password_cost, ..iam::Settings::default() });

        let account = NewAccount::new("test", REGION);
        let (changes, bootstrap) =
            iam.prepare_account(&account, &local()).await.expect("a new account");
        let company = Company {
            country: "CN".to_owned(),
            province: "Beijing".to_owned(),
            city: "Beijing".to_owned(),
            name: "company".to_owned(),
        };
        let profile = profile_record(bootstrap.account.id, company, ProfileOrigin::Chosen);
        let data_key = DataKeyRow {
            id: new.data_key.id,
            wrapped: new.data_key.wrapped,
            created_at: clock.now(),
        };
        let changes = changes
            .map(Record::from)
            .insert(data_key)
            .insert(Record::Canary(new.canary))
            .insert(pki::Record::from(profile.expect("a good profile")));
        database.commit_all(changes).await.expect("the founding commit");

        let iam = Arc::new(iam);
        let readiness = Arc::new(Ready {
            database: database.clone(),
            panics: AtomicBool::new(false),
            asked: AtomicUsize::new(0),
        });
        let keys = Arc::new(TestKeys::over(vault.clone()));
        let bucket = Bucket {
            name: BUCKET.to_owned(),
            kind: Kind::Local(directory.path().join(BUCKET)),
            public_url: None,
            accounts: None,
        };
        let buckets = Configured::of(vec![bucket]).expect("a local bucket");
        let services = Services {
            pki: Pki::new(
                Arc::new(database.clone()),
                keys.clone(),
                clock.clone(),
                random.clone(),
                rules.clone(),
            )
            .publishing_in(Arc::new(buckets)),
            iam: iam.clone(),
            clock: clock.clone(),
            random,
            readiness: Probe::of(readiness.clone()),
            settings,
        };
        let pki = services.pki.clone();
        let public = api::public_router(&services);
        let router = api::router(services);
        let owner = with_tokens(&iam, bootstrap).await;
        Self {
            clock,
            owner,
            database,
            iam,
            pki,
            keys,
            router,
            public,
            readiness,
            vault,
            rules,
            directory,
            server,
        }
    }

    /// Starts one more server on the same database.
    pub async fn another_node(&self) -> TestNode {
        let url = self.server.as_ref().map(TestDatabase::url);
        let database = engine::open_again(self.directory.path(), url).await;
        let random = Arc::new(SystemRandom);
        let ports = Ports {
            directory: Arc::new(database.clone()),
            clock: self.clock.clone(),
            random: random.clone(),
            seal: self.vault.clone(),
        };
        let store = Arc::new(database.clone());
        let rules = self.rules.clone();
        let services = Services {
            pki: Pki::new(store, self.keys.clone(), self.clock.clone(), random.clone(), rules),
            iam: Arc::new(Iam::new(ports, iam::Settings::default())),
            clock: self.clock.clone(),
            random,
            readiness: Probe::of(self.readiness.clone()),
            settings: Settings::default(),
        };
        TestNode { database, router: api::router(services) }
    }

    /// Makes one more account; it has no enterprise profile.
    pub async fn account(&self, name: &str) -> TestAccount {
        let bootstrap = self.iam.create_account(&NewAccount::new(name, REGION), &local()).await;
        with_tokens(&self.iam, bootstrap.expect("a new account")).await
    }

    /// A new token of `account`, as its owner would get after the earlier ones have expired.
    pub async fn token(&self, account: &TestAccount, scope: TestScope) -> String {
        issue(&self.iam, &account.bootstrap, scope).await
    }

    /// Lets the key store be too busy to make keys from now on.
    pub fn keep_keys_busy(&self) {
        self.keys.busy.store(true, Ordering::SeqCst);
    }

    /// Lets the key store make keys again.
    pub fn leave_keys_alone(&self) {
        self.keys.busy.store(false, Ordering::SeqCst);
    }

    /// Lets `/readyz` panic from now on.
    pub fn panic_at_readyz(&self) {
        self.readiness.panics.store(true, Ordering::SeqCst);
    }

    /// How often the database was asked whether it can commit.
    pub fn readiness_asked(&self) -> usize {
        self.readiness.asked.load(Ordering::SeqCst)
    }

    /// Sends a request as it is, from 127.0.0.1.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        answer(self.router.clone(), request).await
    }

    /// Sends a request to the public listener, from 127.0.0.1.
    pub async fn send_in_public(&self, request: Request<Body>) -> Answer {
        answer(self.public.clone(), request).await
    }

    /// Sends a request with the owner's project token.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(&self.owner.token, Method::GET, path, None).await
    }

    /// Posts JSON with the owner's project token.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(&self.owner.token, Method::POST, path, Some(body)).await
    }

    /// Sends a request with `token`; an empty one is none.
    pub async fn call(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        self.send(request(token, method, path, body)).await
    }

    /// A lease on whatever the test does as a job of the server.
    pub async fn lease(&self) -> Lease {
        let (lasts, rests, start) = (Duration::ZERO, Duration::ZERO, Start::AtOnce);
        let claim = Claim { name: "test", holder: "test", lasts, rests, start };
        let taken = self.database.acquire(claim).await.expect("a database that commits");
        taken.expect("a lease that has run out")
    }

    /// What the file of an object in the bucket has; `None` where there is none.
    pub fn in_bucket(&self, object: &str) -> Option<Vec<u8>> {
        std::fs::read(self.directory.path().join(BUCKET).join(object)).ok()
    }

    /// Lets somebody else put an object into the bucket.
    pub fn put_in_bucket(&self, object: &str, content: &[u8]) {
        let path = self.directory.path().join(BUCKET).join(object);
        std::fs::write(path, content).expect("a file in the bucket");
    }

    /// Every audit event so far, newest first, as `action outcome`.
    pub async fn audit(&self) -> Vec<String> {
        let events = self.iam.directory().audit_events(None, 1000).await;
        let events = events.expect("the audit trail");
        events.iter().map(|event| format!("{} {:?}", event.action, event.outcome)).collect()
    }

    /// A change set's identifier, for tests that write to the database themselves.
    pub fn change_id(&self) -> ChangeId {
        ChangeId::generate(&*self.clock, &SystemRandom)
    }
}

/// A request with `token`; an empty one is none.
pub(crate) fn request(
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if !token.is_empty() {
        request = request.header("x-auth-token", token);
    }
    let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
    request.body(body).expect("a well-formed request")
}

/// What a router answers.
pub(crate) async fn answer(router: Router, mut request: Request<Body>) -> Answer {
    request.extensions_mut().insert(Peer(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole answer");
    Answer { status: parts.status, headers: parts.headers, body }
}

/// The local administrator.
pub(crate) fn local() -> Origin {
    Origin { actor: Actor::OperatingSystem(0), address: None, request_id: "test".to_owned() }
}

async fn with_tokens(iam: &Iam, bootstrap: iam::Bootstrap) -> TestAccount {
    let token = issue(iam, &bootstrap, TestScope::Project).await;
    let domain_token = issue(iam, &bootstrap, TestScope::Domain).await;
    TestAccount { bootstrap, token, domain_token }
}

async fn issue(iam: &Iam, bootstrap: &iam::Bootstrap, scope: TestScope) -> String {
    let scope = match scope {
        TestScope::Domain => RequestedScope::Domain(Named::Id(bootstrap.account.id.to_string())),
        TestScope::Project => RequestedScope::Project(Named::Id(bootstrap.project.id.to_string())),
    };
    let request = LocalSignIn {
        account: Some(bootstrap.account.name.clone()),
        scope: Some(scope),
        ..LocalSignIn::default()
    };
    let (text, _) = iam.issue_token(request, local()).await.expect("a token");
    text.expose().to_owned()
}
