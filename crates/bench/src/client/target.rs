//! Where requests go.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::failure::Failure;

/// A server, and how to believe it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Trusts its certificate, and nothing else.
    pub(crate) tls: Arc<ClientConfig>,
    /// Its process.
    pub(crate) process: u32,
}

/// The client's side of TLS that trusts the certificates in `file`, PEM.
///
/// # Errors
///
/// The file cannot be read or holds no certificate that rustls accepts.
pub(crate) fn trusting(file: &Path) -> Result<Arc<ClientConfig>, Failure> {
    let unreadable = |error: rustls::pki_types::pem::Error| Failure::Unintelligible {
        what: "a certificate file",
        text: format!("{}: {error}", file.display()),
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(unreadable)? {
        roots.add(certificate.map_err(unreadable)?)?;
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
