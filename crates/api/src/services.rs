//! What the front-ends work with.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use iam::Iam;
use ledger::{Clock, Random, StoreError};
use pki::Pki;

use crate::{Continued, Limits, Network, Probe};

/// Tells whether changes can be made durable now: `/readyz`.
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Returns once a commit was seen to be possible.
    ///
    /// # Errors
    ///
    /// The reason why it is not, for the log.
    async fn ready(&self) -> Result<(), StoreError>;
}

/// Settings of the front-ends.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a client may take to send its body.
    pub body_timeout: Duration,
    /// How many octets of it must come each second, on the average.
    pub body_rate: u32,
    /// How much is done at once, and how often somebody may ask.
    pub limits: Limits,
    /// For how long others may give an OCSP answer on; none may where it is zero.
    pub ocsp_max_age: Duration,
    /// The networks of reverse proxies, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whose traces are continued; nobody's while there are no traces.
    pub continued: Option<Continued>,
}

impl Default for Settings {
    /// Thirty seconds for a body, a KiB of it each second, a minute for an OCSP answer, and no proxies.
    fn default() -> Self {
        Self {
            body_timeout: Duration::from_secs(30),
            body_rate: 1024,
            limits: Limits::default(),
            ocsp_max_age: Duration::from_secs(60),
            trusted_proxies: Vec::new(),
            continued: None,
        }
    }
}

/// What the front-ends work with. One for a server; shared by all requests.
pub struct Services {
    /// The operations on authorities and requests.
    pub pki: Pki,
    /// Who may do it.
    pub iam: Arc<Iam>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for request ids.
    pub random: Arc<dyn Random>,
    /// Whether commits are possible.
    pub readiness: Probe,
    /// What an operator can set.
    pub settings: Settings,
}
