//! One HTTP/1.1 connection over TLS, as the official clients make them.

mod target;

pub(crate) use target::{Target, trusting};

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::{runtime, time};
use tokio_rustls::TlsConnector;

use crate::call::Call;
use crate::failure::Failure;

/// How long a single request outside the load may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open connection.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects, shakes hands, and drives the connection in a task of the current runtime.
    pub(crate) async fn open(target: &Target) -> Result<Self, Failure> {
        let tcp = TcpStream::connect(target.address).await.map_err(Failure::io("connecting"))?;
        tcp.set_nodelay(true).map_err(Failure::io("connecting"))?;
        let connector = TlsConnector::from(target.tls.clone());
        let name = target.address.ip().into();
        let tls = connector.connect(name, tcp).await.map_err(Failure::io("TLS handshake"))?;
        Self::over(tls).await
    }

    /// Connects without TLS, as relying parties do.
    pub(crate) async fn open_plain(address: SocketAddr) -> Result<Self, Failure> {
        let tcp = TcpStream::connect(address).await.map_err(Failure::io("connecting"))?;
        tcp.set_nodelay(true).map_err(Failure::io("connecting"))?;
        Self::over(tcp).await
    }

    async fn over(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Self, Failure> {
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // How it ends is told to the sender as well.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self { sender })
    }

    /// Sends a request; the answer's body is still to be read.
    pub(crate) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, Failure> {
        self.sender.ready().await?;
        Ok(self.sender.send_request(request).await?)
    }
}

/// An answer, read to its end.
pub(crate) struct Answer {
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) body: Bytes,
}

/// Makes a call on a connection of its own and waits for the answer.
///
/// # Errors
///
/// The call was not answered in half a minute, or not with the status that it expects.
pub(crate) fn once(target: &Target, call: &Call) -> Result<Answer, Failure> {
    runtime()?.block_on(async {
        let exchange = exchange(target, call);
        time::timeout(PATIENCE, exchange).await.map_err(|_late| Failure::Slow("a request"))?
    })
}

/// A runtime for one thread.
pub(crate) fn runtime() -> Result<runtime::Runtime, Failure> {
    let mut builder = runtime::Builder::new_current_thread();
    builder.enable_all().build().map_err(Failure::io("starting a runtime"))
}

async fn exchange(target: &Target, call: &Call) -> Result<Answer, Failure> {
    let mut connection = Connection::open(target).await?;
    let (head, body) = connection.send(call.request()?).await?.into_parts();
    let body = body.collect().await?.to_bytes();
    if head.status == call.expected {
        Ok(Answer { headers: head.headers, body })
    } else {
        Err(wrong(call, head.status, &body))
    }
}

fn wrong(call: &Call, status: StatusCode, body: &Bytes) -> Failure {
    let body = String::from_utf8_lossy(body).into_owned();
    Failure::Answer { what: call.to_string(), status: status.as_u16(), body }
}
