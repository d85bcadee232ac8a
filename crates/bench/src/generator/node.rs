//! One of the servers to which a load goes.

use std::net::SocketAddr;

use crate::client::{Connection, Target};
use crate::failure::Failure;
use crate::stock::Listener;

/// One of the servers to which a load goes.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its API.
    pub(crate) api: Target,
    /// Where relying parties reach it.
    pub(crate) public: Option<SocketAddr>,
}

impl Node {
    /// Its process, if it is on this machine.
    pub(super) fn process(&self) -> Option<u32> {
        (self.api.process != 0).then_some(self.api.process)
    }

    /// Connects to one of its listeners.
    ///
    /// # Errors
    ///
    /// It does not accept, or has no such listener.
    pub(super) async fn connect(&self, listener: Listener) -> Result<Connection, Failure> {
        match listener {
            Listener::Api => Connection::open(&self.api).await,
            Listener::Public => {
                let address = self.public.ok_or(Failure::Exhausted("public listeners"))?;
                Connection::open_plain(address).await
            }
        }
    }
}
