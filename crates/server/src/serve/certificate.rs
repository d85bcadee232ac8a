//! Where the server's certificate comes from, and the job that keeps it fresh.

use std::sync::Arc;
use std::time::Duration;

use ledger::{Actor, AuditEvent, ChangeId, Changes, Clock, Origin, Outcome, RequestId};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use super::Tls;
use crate::configuration::{ServerNames, TlsSource};
use crate::failure::Failure;
use crate::installation::Installation;
use crate::jobs;
use crate::stop::Stop;
use crate::tls::{self, Current, GivenFiles, InternalAuthority};

/// Between two looks whether a new certificate is due.
const RENEWAL: Duration = Duration::from_secs(600);
/// Between two looks at the given files.
const RELOAD: Duration = Duration::from_secs(2);

/// Loads or makes the first certificate, and starts the job that replaces it.
pub(super) async fn start(
    source: &TlsSource,
    installation: &Installation,
    (stop, jobs): (&Stop, &mut JoinSet<()>),
) -> Result<Tls, Failure> {
    let current = match source {
        TlsSource::Files { cert, key } => {
            let (files, pair) = GivenFiles::open(cert.clone(), key.clone())?;
            let current = Current::new(pair);
            reload(files, &current, stop, jobs)?;
            current
        }
        TlsSource::Internal(names) => own(names, installation, (stop, jobs)).await?,
        TlsSource::Off => return Ok(None),
    };
    tls::protocol(current).map(Some)
}

async fn own(
    names: &ServerNames,
    installation: &Installation,
    (stop, jobs): (&Stop, &mut JoinSet<()>),
) -> Result<Arc<Current>, Failure> {
    let authority =
        InternalAuthority::open(&installation.directory, names.clone(), installation.tools());
    let authority = Arc::new(authority.await?);
    tell_replaced(&authority, installation).await?;
    let certificate = authority.certify().await?;
    let due = Arc::new(std::sync::Mutex::new(certificate.due));
    let current = Current::new(certificate.pair);
    let clock: Arc<dyn Clock> = Arc::clone(&installation.clock);
    let shown = Arc::clone(&current);
    jobs.spawn(jobs::every(RENEWAL, stop.clone(), move || {
        let (authority, due) = (Arc::clone(&authority), Arc::clone(&due));
        let (clock, shown) = (Arc::clone(&clock), Arc::clone(&shown));
        async move {
            let is_due = due.lock().is_ok_and(|due| due.is_now(clock.now()));
            if !is_due {
                return;
            }
            match authority.certify().await {
                Ok(next) => {
                    if let Ok(mut due) = due.lock() {
                        *due = next.due;
                    }
                    shown.replace(next.pair);
                    tracing::info!("TLS certificate renewed");
                }
                Err(error) => tracing::error!(%error, "TLS certificate not renewed"),
            }
        }
    }));
    Ok(current)
}

/// Tells the audit trail that clients have a new authority to trust.
async fn tell_replaced(
    authority: &InternalAuthority,
    installation: &Installation,
) -> Result<(), Failure> {
    let Some(reason) = authority.replaced() else { return Ok(()) };
    let (clock, random) = (&*installation.clock, &*installation.random);
    let request_id = RequestId::generate(clock, random).to_string();
    let event = AuditEvent {
        at: clock.now(),
        account: None,
        origin: Origin { actor: Actor::Server, address: None, request_id },
        action: "replace_tls_authority",
        object: Some(authority.subject()),
        outcome: Outcome::Done,
        detail: Some(reason.to_owned()),
        count: 1,
    };
    let changes = Changes::new(ChangeId::generate(clock, random), event);
    let told = installation.database.commit_all(changes).await;
    told.map_err(|error| Failure::database("cannot write the audit trail", error))
}

/// Reads the given files again when they change, and at SIGHUP. A broken pair is told and not used.
fn reload(
    mut files: GivenFiles,
    current: &Arc<Current>,
    stop: &Stop,
    jobs: &mut JoinSet<()>,
) -> Result<(), Failure> {
    let mut hang_up = signal(SignalKind::hangup())
        .map_err(|error| Failure::internal("cannot listen for signals", error))?;
    let (shown, mut stop) = (Arc::clone(current), stop.clone());
    jobs.spawn(async move {
        loop {
            let read = tokio::select! {
                () = stop.given() => return,
                _ = hang_up.recv() => Some(files.read()),
                () = tokio::time::sleep(RELOAD) => files.read_if_changed(),
            };
            match read {
                None => {}
                Some(Ok(pair)) => {
                    shown.replace(pair);
                    tracing::info!("TLS certificate reloaded");
                }
                Some(Err(error)) => {
                    tracing::error!(%error, "TLS certificate not reloaded; the old one stays");
                }
            }
        }
    });
    Ok(())
}
