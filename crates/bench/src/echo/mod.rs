//! The reference server: the same TLS and HTTP libraries, and an answer that is ready beforehand.

mod reference;

pub(crate) use reference::{Echo, PlainEcho};

use std::convert::Infallible;
use std::fs;
use std::io::{self, Read};
use std::process;
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio_rustls::TlsAcceptor;

use crate::arguments::EchoArguments;
use crate::failure::Failure;

/// Answers until standard input ends, which it does at the latest with the process that holds it.
///
/// # Errors
///
/// The certificate cannot be used, or nothing can be listened to.
pub(crate) fn serve(arguments: &EchoArguments) -> Result<(), Failure> {
    let acceptor = tls(arguments)?.map(|tls| TlsAcceptor::from(Arc::new(tls)));
    let body = Bytes::from(vec![b'x'; arguments.bytes]);
    let mut builder = runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().build().map_err(Failure::io("starting a runtime"))?;
    thread::spawn(|| {
        // Whether it ends or fails, nobody is there any more.
        let _end = io::stdin().lock().read(&mut [0]);
        process::exit(0);
    });
    runtime.block_on(async {
        let listening = "listening on a free port";
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(Failure::io(listening))?;
        let address = listener.local_addr().map_err(Failure::io(listening))?;
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        publish(arguments, &format!("{scheme}://{address}\n"))?;
        loop {
            let (tcp, _peer) = listener.accept().await.map_err(Failure::io("accepting"))?;
            tokio::spawn(answer(acceptor.clone(), tcp, body.clone()));
        }
    })
}

/// Writes the address so that nobody reads half of it.
fn publish(arguments: &EchoArguments, url: &str) -> Result<(), Failure> {
    let file = &arguments.address_file;
    let unfinished = file.with_extension("unfinished");
    fs::write(&unfinished, url)
        .and_then(|()| fs::rename(&unfinished, file))
        .map_err(Failure::file(file))
}

fn tls(arguments: &EchoArguments) -> Result<Option<ServerConfig>, Failure> {
    let (Some(certificate), Some(key)) = (&arguments.certificate, &arguments.key) else {
        return Ok(None);
    };
    let unreadable = |error: rustls::pki_types::pem::Error| Failure::Unintelligible {
        what: "the reference server's certificate or key",
        text: error.to_string(),
    };
    let certificate = CertificateDer::from_pem_file(certificate).map_err(unreadable)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(unreadable)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    Ok(Some(config))
}

/// Serves one connection. A client that goes away is none of its business.
async fn answer(acceptor: Option<TlsAcceptor>, tcp: TcpStream, body: Bytes) {
    if tcp.set_nodelay(true).is_err() {
        return;
    }
    match acceptor {
        None => speak(tcp, body).await,
        Some(acceptor) => {
            if let Ok(tls) = acceptor.accept(tcp).await {
                speak(tls, body).await;
            }
        }
    }
}

/// Speaks HTTP/1.1 over what is connected.
async fn speak(stream: impl AsyncRead + AsyncWrite + Unpin, body: Bytes) {
    let echo = service_fn(|request: Request<Incoming>| {
        let body = body.clone();
        async move {
            // Read like a server that needs it; a broken one ends the connection anyway.
            let _read = request.into_body().collect().await;
            let mut answer = Response::new(Full::new(body));
            let json = hyper::header::HeaderValue::from_static("application/json");
            answer.headers_mut().insert(CONTENT_TYPE, json);
            Ok::<_, Infallible>(answer)
        }
    });
    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), echo).await;
}
