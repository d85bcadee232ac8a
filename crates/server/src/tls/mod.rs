//! TLS: which certificate the server shows, and how it changes while the server runs.

mod authority;
mod current;
mod files;
mod reseal;
mod sealed_key;
mod server_certificate;

pub(crate) use authority::{InternalAuthority, Tools};
pub(crate) use current::Current;
pub(crate) use files::GivenFiles;
pub(crate) use reseal::reseal_authority;

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::version::{TLS12, TLS13};

use crate::failure::Failure;

/// The one provider of cryptography.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// The protocol's settings: TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1, and whatever certificate is
/// current when a client connects.
pub(crate) fn protocol(current: Arc<Current>) -> Result<Arc<ServerConfig>, Failure> {
    let failed = |error: rustls::Error| Failure::internal("cannot set up TLS", error);
    let mut protocol = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(failed)?
        .with_no_client_auth()
        .with_cert_resolver(current);
    protocol.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    protocol.ticketer = aws_lc_rs::Ticketer::new().map_err(failed)?;
    Ok(Arc::new(protocol))
}
