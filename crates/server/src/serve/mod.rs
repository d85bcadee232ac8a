//! `cinnabar serve`.

mod certificate;
pub(crate) mod public_url;
mod signals;

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use api::{Continued, Probe, Readiness, Services};
use async_trait::async_trait;
use buckets::Configured;
use ledger::{RequestId, StoreError};
use pki::{Pki, PublicUrl};
use rustls::ServerConfig;
use store::Database;
use tokio::task::JoinSet;

use crate::admin::AdminSocket;
use crate::cli::{FoundationArguments, Rendering, ServeArguments};
use crate::configuration::{
    Configuration, Decided, ServerNames, SideListen, TlsSource, Traces, open_buckets, replica,
};
use crate::directory::{DataDirectory, replace_durably};
use crate::failure::Failure;
use crate::founding;
use crate::installation::{Found, Installation, Taken, Unfounded};
use crate::jobs;
use crate::listener::{Bounds, Listener, Site, Words};
use crate::scheduler::Scheduler;
use crate::stop;
use crate::tls::GivenFiles;
use crate::traces::{self, Outlet};
use crate::watching::{self, Gathered, Metrics, UPKEEP, Watching};

/// Serves until a signal ends it; what it does leaves by `outlet` as traces, where there is one.
pub(crate) async fn serve(
    arguments: ServeArguments,
    decided: Decided,
    outlet: Option<Outlet>,
) -> Result<(), Failure> {
    let configuration = Configuration::of(&arguments, &decided.file)?;
    if !decided.database.is_server() && !DataDirectory::has_database(&decided.data_dir) {
        founding::check(&arguments.foundation)?;
    }
    let buckets = open_buckets(&decided.file.buckets, &decided.data_dir)?;
    let replica = replica(
        arguments.replica.as_deref().or(decided.file.database.replica_url.as_deref()),
        &decided.database,
        decided.database_password_file.as_deref(),
    )?;
    let taken = Taken::take(&decided)?;
    // Before the directory is filled: neither a port that is in use nor a certificate that cannot be
    // used is a reason to make an account.
    let listener = Listener::bind(configuration.listen, "--listen").await?;
    let public = bind_side(configuration.public_listen, "--public-listen").await?;
    let admin = bind_side(configuration.admin_listen, "--admin-listen").await?;
    if let TlsSource::Files { cert, key } = &configuration.tls {
        GivenFiles::open(cert.clone(), key.clone())?;
    }
    let installation = match taken.look(&decided).await? {
        Found::Installation(closed) => closed.open(&decided).await?,
        Found::Nothing(unfounded) => {
            found(*unfounded, &arguments.foundation, &configuration.tls).await?
        }
    };
    let installation = match replica {
        Some(replica) => installation.reading_from(replica).await?,
        None => installation,
    };
    let listeners = Listeners { api: listener, public, admin };
    let served = run(&configuration, (Arc::new(installation), buckets), listeners, outlet).await;
    if served.is_ok() {
        tracing::info!("stopped");
    }
    served
}

/// Makes the installation that was not there.
async fn found(
    unfounded: Unfounded,
    arguments: &FoundationArguments,
    tls: &TlsSource,
) -> Result<Installation, Failure> {
    let names = match tls {
        TlsSource::Internal(names) => names.clone(),
        TlsSource::Files { .. } | TlsSource::Off => ServerNames::of(&[], None)?,
    };
    let (installation, credentials) = founding::found(unfounded, arguments, names).await?;
    let data_dir = installation.directory.path().display().to_string();
    tracing::info!(data_dir, account = arguments.account, "data directory initialised");
    if std::io::stdout().is_terminal() {
        let text = credentials.render(Rendering::Text)?;
        let mut terminal = std::io::stdout().lock();
        if terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush()).is_ok() {
            founding::forget_credentials(&installation)?;
            return Ok(installation);
        }
    }
    let path = installation.directory.credentials();
    tracing::warn!(path = %path.display(), "credentials written; read the file, then delete it");
    Ok(installation)
}

/// Where is listened.
struct Listeners {
    api: Listener,
    public: Option<Listener>,
    admin: Option<Listener>,
}

/// A listener beside the API's; `None` when nobody asked for it and its port is taken.
async fn bind_side(wanted: SideListen, flag: &'static str) -> Result<Option<Listener>, Failure> {
    match wanted {
        SideListen::Wanted(address) => Listener::bind(address, flag).await.map(Some),
        SideListen::ByDefault(address) => match Listener::bind(address, flag).await {
            Ok(listener) => Ok(Some(listener)),
            Err(failure) => {
                tracing::warn!(
                    reason = %failure,
                    "goes without this listener; choose its address with {flag}"
                );
                Ok(None)
            }
        },
    }
}

async fn run(
    configuration: &Configuration,
    (installation, buckets): (Arc<Installation>, Configured),
    Listeners { api: listener, public, admin }: Listeners,
    outlet: Option<Outlet>,
) -> Result<(), Failure> {
    let metrics = Metrics::record()?;
    let (stopper, stop) = stop::channel();
    let mut jobs = JoinSet::new();
    let signals = signals::Signals::listen()?;
    let (sent, sending) = stop::channel();
    let outlet = outlet.map(|outlet| tokio::spawn(outlet.send(sending)));
    configuration.tell();
    let tls = certificate::start(&configuration.tls, &installation, (&stop, &mut jobs)).await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", listener.address());
    let socket = AdminSocket::bind(&installation)?;
    jobs::start(&installation.iam, &stop, &mut jobs);
    // Before anybody can ask for another one.
    installation.rotation.go_on(founding::server(&installation)).await?;
    jobs.spawn(socket.serve(Arc::clone(&installation), stop.clone()));
    let words = words(&installation);
    let bounds = configuration.limits.connections.clone();
    let listeners = [Some(&listener), public.as_ref(), admin.as_ref()];
    let public_url = public_url::decide(configuration, listeners);
    let services = services(configuration, &installation, (public_url, buckets));
    compare_buckets(&services.pki).await?;
    if let Some(public) = public {
        let url = format!("http://{}", public.address());
        tracing::info!(url, "public listener ready");
        let (router, words) = (api::public_router(&services), Arc::clone(&words));
        let site = Site { name: "public", router, tls: None, words, bounds: bounds.clone() };
        jobs.spawn(public.serve(site, stop.clone()));
    }
    let own = metrics.clone();
    jobs.spawn(jobs::every(UPKEEP, stop.clone(), move || {
        own.keep_up();
        std::future::ready(())
    }));
    if let Some(admin) = admin {
        let url = format!("http://{}", admin.address());
        tracing::info!(url, "admin listener ready");
        if !admin.address().ip().is_loopback() {
            tracing::warn!(url, "the admin listener is open to others: anybody can read metrics");
        }
        let router = watching::router(metrics, gathered(&installation), probe(&installation));
        let words = Arc::clone(&words);
        // Apart from the others, so that who is too much for them keeps nobody from watching.
        let bounds = Bounds { times: bounds.times, ..Bounds::default() };
        let site = Site { name: "admin", router, tls: None, words, bounds };
        jobs.spawn(admin.serve(site, stop.clone()));
    }
    let leases = Arc::new(installation.database.clone());
    Scheduler::new(leases, &*installation.random).start(&services.pki, &stop, &mut jobs);
    let router = api::router(services);
    jobs.spawn(listener.serve(Site { name: "api", router, tls, words, bounds }, stop.clone()));
    if let Some(path) = &configuration.address_file {
        announce(path, &url)?;
    }
    tracing::info!(
        url,
        data_dir = %installation.directory.path().display(),
        version = env!("CARGO_PKG_VERSION"),
        "ready"
    );
    if let Err(error) = installation.vault.keep_ready(configuration.rsa_pool) {
        tracing::warn!(%error, "no RSA keys are kept ready: their maker cannot be started");
    }
    signals.wait_for_the_end().await;
    tracing::info!("stopping: requests that were accepted are finished");

    stopper.give();
    while jobs.join_next().await.is_some() {}
    if let Err(error) = installation.iam.tell_all_refusals().await {
        tracing::error!(%error, "refusals could not be told to the audit trail");
    }
    installation.rotation.stop().await;
    installation.database.close();
    sent.give();
    if let Some(outlet) = outlet {
        // It bounds itself, and a panic in it takes nothing along.
        let _ended = outlet.await;
    }
    Ok(())
}

fn services(
    configuration: &Configuration,
    installation: &Installation,
    (public_url, buckets): (PublicUrl, Configured),
) -> Services {
    Services {
        pki: installation
            .pki(pki::Settings {
                authority_quota: configuration.quota.ca,
                certificate_quota: configuration.quota.certificate,
                csr_quota: configuration.quota.csr,
                accept_empty_sm2_id: configuration.accept_empty_sm2_id,
                ocsp_lasts: configuration.ocsp.lasts,
                public_url,
                pkcs12: configuration.pkcs12.protection(),
            })
            .publishing_in(Arc::new(buckets)),
        iam: Arc::clone(&installation.iam),
        clock: Arc::clone(&installation.clock),
        random: Arc::clone(&installation.random),
        readiness: probe(installation),
        settings: api::Settings {
            body_timeout: configuration.limits.body_timeout,
            body_rate: configuration.limits.body_rate,
            limits: configuration.limits.requests,
            ocsp_max_age: configuration.ocsp.max_age,
            trusted_proxies: configuration.behind_proxy.clone(),
            continued: continued(&configuration.traces),
        },
    }
}

/// Whose traces are continued; nobody's while they are off.
fn continued(traces: &Traces) -> Option<Continued> {
    let Traces { endpoint, continue_from, .. } = traces;
    endpoint.as_ref()?;
    Some(Continued { from: continue_from.clone(), how: traces::continue_trace })
}

/// Sees whether an older copy of the database was put back, before anybody is given an older CRL.
async fn compare_buckets(pki: &Pki) -> Result<(), Failure> {
    match pki.compare_buckets().await {
        Ok(0) => Ok(()),
        Ok(lists) => {
            tracing::warn!(lists, "the database is older than its buckets: new CRLs are made");
            Ok(())
        }
        Err(error) => Err(Failure::internal("cannot compare the buckets", error)),
    }
}

fn probe(installation: &Installation) -> Probe {
    Probe::of(Arc::new(Commits(installation.database.clone())))
}

/// What is read from the database for the metrics.
fn gathered(installation: &Installation) -> Gathered {
    let (database, clock) = (installation.database.clone(), Arc::clone(&installation.clock));
    Gathered::of(Arc::new(Watching { database, clock: Arc::clone(&clock) }), clock)
}

/// Ready is who can commit.
struct Commits(Database);

#[async_trait]
impl Readiness for Commits {
    async fn ready(&self) -> Result<(), StoreError> {
        self.0.ready().await
    }
}

/// What the API says to what is no request.
fn words(installation: &Installation) -> Words {
    let (clock, random) = (Arc::clone(&installation.clock), Arc::clone(&installation.random));
    Arc::new(move |status| {
        let request_id = RequestId::generate(&*clock, &*random);
        tracing::info!(status = status.as_u16(), %request_id, "refused what is no request");
        api::unreadable(status, request_id)
    })
}

/// Tells the address to whoever waits for the file.
fn announce(path: &Path, url: &str) -> Result<(), Failure> {
    let written = replace_durably(path, format!("{url}\n").as_bytes());
    written.map_err(|cause| Failure::File { act: "write", path: path.to_owned(), cause })
}

/// The protocol's settings, when there is a certificate.
type Tls = Option<Arc<ServerConfig>>;
