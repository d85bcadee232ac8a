//! The servers of a load: one or several of our own, or one that is there already.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::client::{Target, trusting};
use crate::failure::Failure;
use crate::fresh_database::FreshDatabase;
use crate::generator::Node;
use crate::requests::sign_in;
use crate::server::{Credentials, Installation, Pool, Server};

/// The servers of a load, and a caller who is signed in.
pub(crate) struct Site {
    /// Where requests go.
    pub(crate) nodes: Vec<Node>,
    /// The caller's token.
    pub(crate) token: String,
    servers: Vec<Server>,
    // Its database goes after the servers.
    installation: Option<Installation>,
}

/// Servers of our own.
#[derive(Clone, Default)]
pub(crate) struct Setup {
    /// The URL of their database; without one it is SQLite in the data directory.
    pub(crate) database: Option<String>,
    /// How many there are beyond the first.
    pub(crate) more_nodes: usize,
    /// A library that is loaded into them before all others.
    pub(crate) preload: Option<PathBuf>,
    /// The database, if it is to be removed at the end.
    #[expect(dead_code, reason = "it is kept for what its end does")]
    pub(crate) fresh: Option<Arc<FreshDatabase>>,
}

impl Setup {
    /// One server, on a database of its own in this PostgreSQL, or on a file.
    ///
    /// # Errors
    ///
    /// The database cannot be made.
    pub(crate) fn on(postgres: Option<&str>, purpose: &str) -> Result<Self, Failure> {
        let Some(url) = postgres else { return Ok(Self::default()) };
        let fresh = Arc::new(FreshDatabase::create(url, purpose)?);
        Ok(Self { database: Some(fresh.url.clone()), fresh: Some(fresh), ..Self::default() })
    }
}

impl Site {
    /// Makes an installation in the new directory `place` and starts its servers.
    ///
    /// # Errors
    ///
    /// They do not start.
    pub(crate) fn create(cinnabar: &Path, place: PathBuf, setup: Setup) -> Result<Self, Failure> {
        let installation = Installation::create_with(cinnabar, place, setup)?;
        let mut site = Self::over(&installation)?;
        site.keep(installation);
        Ok(site)
    }

    /// Keeps the installation as long as its servers.
    pub(crate) fn keep(&mut self, installation: Installation) {
        self.installation = Some(installation);
    }

    /// Starts the servers of an installation.
    ///
    /// # Errors
    ///
    /// They do not start.
    pub(crate) fn over(installation: &Installation) -> Result<Self, Failure> {
        let mut servers = vec![Server::start(installation, Pool::Off)?];
        for node in 0..installation.more_nodes() {
            servers.push(Server::start_node(installation, Pool::Off, node + 1)?);
        }
        let nodes: Vec<Node> = servers
            .iter()
            .map(|server| Node { api: server.target.clone(), public: Some(server.public.address) })
            .collect();
        let first = nodes.first().ok_or(Failure::Exhausted("servers"))?;
        let token = sign_in(&first.api, &installation.credentials)?;
        Ok(Self { nodes, token, servers, installation: None })
    }

    /// A server that runs already, with what `cinnabar init --format json` has printed for it.
    ///
    /// # Errors
    ///
    /// The URL or the file cannot be used, or the server refuses the caller.
    pub(crate) fn remote(
        url: &str,
        credentials: &Path,
        public: Option<&str>,
    ) -> Result<Self, Failure> {
        let text = fs::read_to_string(credentials).map_err(Failure::file(credentials))?;
        let credentials: Credentials = serde_json::from_str(&text).map_err(Failure::Json)?;
        let tls = trusting(credentials.ca_file())?;
        let api = Target { address: resolved(url)?, tls, process: 0 };
        let public = public.map(resolved).transpose()?;
        let token = sign_in(&api, &credentials)?;
        let nodes = vec![Node { api, public }];
        Ok(Self { nodes, token, servers: Vec::new(), installation: None })
    }

    /// The first server.
    ///
    /// # Errors
    ///
    /// There is none, which does not happen.
    pub(crate) fn first(&self) -> Result<&Target, Failure> {
        self.nodes.first().map(|node| &node.api).ok_or(Failure::Exhausted("servers"))
    }

    /// Stops the servers that were started here.
    ///
    /// # Errors
    ///
    /// One of them does not end in time, or not well.
    pub(crate) fn stop(self) -> Result<(), Failure> {
        self.servers.into_iter().try_for_each(Server::stop)
    }
}

/// The address in a URL. The server's certificate has to name it.
fn resolved(url: &str) -> Result<SocketAddr, Failure> {
    let text = url.trim_end_matches('/');
    let text = text.strip_prefix("https://").or(text.strip_prefix("http://")).unwrap_or(text);
    let found = text.to_socket_addrs().ok().and_then(|mut all| all.next());
    found.ok_or_else(|| Failure::Unintelligible { what: "a URL", text: url.to_owned() })
}
