//! Accepting connections and serving HTTP on them.

mod activity;
mod addresses;
mod bounds;
mod connection;
mod measure;
mod worded;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use crate::failure::Failure;
use crate::stop::Stop;
use addresses::{Addresses, Counted};
pub(crate) use bounds::{Bounds, Times};
use connection::Connection;
use measure::Open;
pub(crate) use measure::describe_metrics;
pub(crate) use worded::Words;

/// The pause after the system refused to accept, which it does when it is out of descriptors.
const PAUSE: Duration = Duration::from_millis(50);
/// How many connections the system keeps for us at most before we accept them.
const BACKLOG: usize = 1024;
/// How long it takes to see whether there is one.
const GLANCE: Duration = Duration::from_millis(10);
/// How long those are taken, however many more come.
const LAST_CALL: Duration = Duration::from_millis(100);
/// How long accepted requests may take to finish once the server is to stop.
const DRAIN: Duration = Duration::from_secs(30);

/// What a listener serves, and how.
pub(crate) struct Site {
    /// What the listener is called in metrics.
    pub(crate) name: &'static str,
    /// Answers requests.
    pub(crate) router: Router,
    /// TLS, unless it is plain HTTP.
    pub(crate) tls: Option<Arc<ServerConfig>>,
    /// Answers what is no request.
    pub(crate) words: Words,
    /// How many connections, and how long they may take.
    pub(crate) bounds: Bounds,
}

/// An address that is listened on and not yet served.
pub(crate) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Listens on `address`; `flag` is what chooses another one.
    pub(crate) async fn bind(address: SocketAddr, flag: &'static str) -> Result<Self, Failure> {
        let refused = |cause: std::io::Error| match cause.kind() {
            std::io::ErrorKind::AddrInUse => Failure::AddressTaken { address, flag },
            _ => Failure::AddressUnusable { address, flag, cause },
        };
        let socket = TcpListener::bind(address).await.map_err(refused)?;
        let address = socket.local_addr().map_err(refused)?;
        Ok(Self { socket, address })
    }

    /// The address with its real port.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` turns true, then finishes what was accepted, within a bound.
    pub(crate) async fn serve(self, site: Site, stop: Stop) {
        let Site { name, router, tls, words, bounds } = site;
        let connections = bounds.connections;
        measure::bound(name, connections);
        let places = Arc::new(Semaphore::new(usize::try_from(connections).unwrap_or(usize::MAX)));
        let tls = tls.map(TlsAcceptor::from);
        let times = bounds.times;
        let template = Connection { name, router, tls, words, stop: stop.clone(), times };
        let template = Template { connection: template, addresses: Addresses::within(&bounds) };
        self.accept(&template, &places, stop).await;
        drop(self.socket);
        if tokio::time::timeout(DRAIN, places.acquire_many(connections)).await.is_err() {
            tracing::warn!(seconds = DRAIN.as_secs(), "connections were cut off while draining");
        }
    }

    async fn accept(&self, template: &Template, places: &Arc<Semaphore>, mut stop: Stop) {
        loop {
            let place = tokio::select! {
                () = stop.given() => break,
                place = Arc::clone(places).acquire_owned() => place.ok(),
            };
            let accepted = tokio::select! {
                () = stop.given() => break,
                accepted = self.socket.accept() => accepted,
            };
            match accepted {
                Ok(connection) => serve(template, connection, place),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        // The system has accepted some for us already; their requests may be on the way.
        let end = Instant::now() + LAST_CALL;
        for _ in 0..BACKLOG {
            if Instant::now() >= end {
                return;
            }
            let Ok(place) = Arc::clone(places).try_acquire_owned() else { return };
            let waiting = tokio::time::timeout(GLANCE, self.socket.accept()).await;
            let Ok(Ok(connection)) = waiting else { return };
            serve(template, connection, Some(place));
        }
    }
}

/// What every connection of a listener begins with.
struct Template {
    connection: Connection,
    addresses: Arc<Addresses>,
}

/// Serves a connection, which keeps its place to its end. One too many of its address is closed, before
/// anything is done for it.
fn serve(
    template: &Template,
    (stream, peer): (TcpStream, SocketAddr),
    place: Option<OwnedSemaphorePermit>,
) {
    let Some(counted) = template.addresses.one_more(peer.ip()) else {
        measure::refused();
        tracing::debug!(%peer, "a connection was closed: its address has as many as it may");
        return;
    };
    let open = Open::on(template.connection.name);
    let serving = template.connection.clone().serve(stream, peer);
    let held: (Counted, Open, Option<OwnedSemaphorePermit>) = (counted, open, place);
    tokio::spawn(async move {
        serving.await;
        drop(held);
    });
}
