//! One connection: TLS, then HTTP/1.1 or HTTP/2, each step within a bound.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use api::Peer;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::activity::{Activity, Expired, Watched};
use super::bounds::Times;
use super::measure;
use super::worded::{Worded, Words};
use crate::stop::Stop;

/// How long a connection that is told to end may take to do so when nothing is under way.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long a connection that has just begun may take to send its request once the server stops.
const BEGINNING: Duration = Duration::from_secs(1);
/// The greatest header block: larger than what the front-ends accept, so that it is they who
/// refuse it, in words.
const HEADERS: u32 = 192 * 1024;
/// The most header lines, likewise.
const HEADER_LINES: usize = 256;
/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 128;
/// Streams that a client may reset before they are looked at (CVE-2023-44487).
const RESETS: usize = 20;

/// What every connection of a listener is served with.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) name: &'static str,
    pub(super) router: Router,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) words: Words,
    pub(super) stop: Stop,
    pub(super) times: Times,
}

impl Connection {
    /// Serves a connection to its end.
    pub(super) async fn serve(self, stream: TcpStream, peer: SocketAddr) {
        // Answers are small and come in one piece; waiting for more only delays them.
        let _ = stream.set_nodelay(true);
        let Some(acceptor) = self.tls.clone() else { return self.http1(stream, peer).await };
        let handshake = measure::Handshake::begin(self.name);
        let shaken = tokio::time::timeout(self.times.handshake, acceptor.accept(stream)).await;
        drop(handshake);
        match shaken {
            Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
                self.http2(stream, peer).await;
            }
            Ok(Ok(stream)) => self.http1(stream, peer).await,
            Ok(Err(error)) => {
                measure::no_handshake(self.name);
                tracing::debug!(%peer, %error, "a TLS handshake failed");
            }
            Err(_) => {
                measure::no_handshake(self.name);
                tracing::debug!(%peer, "a TLS handshake took too long");
            }
        }
    }

    async fn http1<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S, peer: SocketAddr) {
        let activity = Arc::new(Activity::reading(self.times));
        let stream = Watched::new(Worded::new(stream, self.words), Arc::clone(&activity));
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(None).max_headers(HEADER_LINES);
        let answers = Answers::of(self.router, peer, &activity);
        let connection = builder.serve_connection(
            TokioIo::new(stream),
            service_fn(|request| answers.clone().answer(request)),
        );
        drive(connection, http1::Connection::graceful_shutdown, &activity, self.stop).await;
    }

    async fn http2<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S, peer: SocketAddr) {
        let activity = Arc::new(Activity::idle(self.times));
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_pending_accept_reset_streams(RESETS)
            .max_header_list_size(HEADERS)
            .keep_alive_interval(Some(Duration::from_secs(30)))
            .keep_alive_timeout(Duration::from_secs(20));
        let answers = Answers::of(self.router, peer, &activity);
        let connection = builder.serve_connection(
            TokioIo::new(stream),
            service_fn(|request| answers.clone().answer(request)),
        );
        drive(connection, http2::Connection::graceful_shutdown, &activity, self.stop).await;
    }
}

/// Hands the requests of one connection to the router.
#[derive(Clone)]
struct Answers {
    router: TowerToHyperService<Router>,
    peer: SocketAddr,
    activity: Arc<Activity>,
}

impl Answers {
    fn of(router: Router, peer: SocketAddr, activity: &Arc<Activity>) -> Self {
        let router = TowerToHyperService::new(router);
        Self { router, peer, activity: Arc::clone(activity) }
    }

    /// Answers a request, with the peer's address noted in it.
    async fn answer(self, mut request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        request.extensions_mut().insert(Peer(self.peer.ip()));
        let answering = self.activity.answering();
        let answer = self.router.call(request).await;
        drop(answering);
        answer
    }
}

/// Runs a connection until it ends, is idle for too long, or the server stops.
async fn drive<C: Future<Output = hyper::Result<()>>>(
    connection: C,
    end: fn(Pin<&mut C>),
    activity: &Activity,
    mut stop: Stop,
) {
    let mut connection = pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => return tell(ended),
        why = activity.expired() => {
            if why == Expired::NotReading {
                // It would not read a farewell either.
                measure::cut_off();
                return;
            }
        }
        () = stop.given() => {
            // What is on its way to us already is still answered.
            if activity.is_reading() {
                let beginning = tokio::time::timeout(BEGINNING, connection.as_mut());
                if let Ok(ended) = beginning.await {
                    return tell(ended);
                }
            }
        }
    }
    end(connection.as_mut());
    loop {
        match tokio::time::timeout(FAREWELL, connection.as_mut()).await {
            Ok(ended) => return tell(ended),
            Err(_) if activity.is_answering() => {}
            Err(_) => return,
        }
    }
}

/// A connection that breaks is the client's affair.
fn tell(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
