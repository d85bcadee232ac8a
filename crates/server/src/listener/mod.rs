//! Accepting connections and serving HTTP on them.

mod activity;
mod connection;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use crate::failure::Failure;
use crate::stop::Stop;
use connection::Connection;

/// Connections open at once on one listener; more wait to be accepted.
const CONNECTIONS: u32 = 4096;
/// The pause after the system refused to accept, which it does when it is out of descriptors.
const PAUSE: Duration = Duration::from_millis(50);
/// How long accepted requests may take to finish once the server is to stop.
const DRAIN: Duration = Duration::from_secs(30);

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
    pub(crate) async fn serve(self, router: Router, tls: Option<Arc<ServerConfig>>, stop: Stop) {
        let places = Arc::new(Semaphore::new(usize::try_from(CONNECTIONS).unwrap_or(usize::MAX)));
        let template = Connection { router, tls: tls.map(TlsAcceptor::from), stop: stop.clone() };
        self.accept(&template, &places, stop).await;
        drop(self.socket);
        if tokio::time::timeout(DRAIN, places.acquire_many(CONNECTIONS)).await.is_err() {
            tracing::warn!(seconds = DRAIN.as_secs(), "connections were cut off while draining");
        }
    }

    async fn accept(&self, template: &Connection, places: &Arc<Semaphore>, mut stop: Stop) {
        loop {
            let place = tokio::select! {
                () = stop.given() => return,
                place = Arc::clone(places).acquire_owned() => place,
            };
            let accepted = tokio::select! {
                () = stop.given() => return,
                accepted = self.socket.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let serving = template.clone().serve(stream, peer);
                    tokio::spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}
