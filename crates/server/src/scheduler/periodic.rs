//! Work that is done some time apart.

use std::time::Duration;

use async_trait::async_trait;
use pki::Pki;
use pki::lease::Lease;

use super::measure;
use super::work::{Cause, Work};

/// Between two looks for what nobody can restore or complete any more.
const SWEEP: Duration = Duration::from_secs(10 * 60);

/// How many responders are renewed in one go.
const RESPONDERS: u32 = 1000;

/// What is done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    /// Authorities are destroyed whose time to be restored is over.
    DestroyAuthorities,
    /// Workspace transactions are removed that nobody can complete any more.
    ExpireTransactions,
    /// OCSP responders get new certificates.
    RenewResponders,
}

/// A kind of work on everything there is.
pub(super) struct Periodic {
    kind: Kind,
    pki: Pki,
}

impl Periodic {
    /// All work of this sort.
    pub(super) fn all(pki: &Pki) -> Vec<Self> {
        let kinds = [Kind::DestroyAuthorities, Kind::ExpireTransactions, Kind::RenewResponders];
        let all: Vec<_> = kinds.map(|kind| Self { kind, pki: pki.clone() }).into();
        all.iter().for_each(|work| measure::known(work.kind()));
        all
    }
}

#[async_trait]
impl Work for Periodic {
    fn kind(&self) -> &'static str {
        match self.kind {
            Kind::DestroyAuthorities => "destroy_authorities",
            Kind::ExpireTransactions => "expire_workspace_requests",
            Kind::RenewResponders => "renew_responders",
        }
    }

    fn name(&self) -> String {
        self.kind().to_owned()
    }

    fn rest(&self, _: Duration) -> Duration {
        SWEEP
    }

    async fn run(&self, lease: &Lease) -> Result<(), Cause> {
        let (count, done) = match self.kind {
            Kind::DestroyAuthorities => (
                self.pki.destroy_due_authorities(lease).await?,
                "authorities whose time to be restored was over destroyed",
            ),
            Kind::ExpireTransactions => (
                self.pki.expire_workspace_requests(lease).await?,
                "expired Workspace transactions removed",
            ),
            Kind::RenewResponders => (
                self.pki.renew_due_responders(RESPONDERS, lease).await?,
                "OCSP responders renewed or removed",
            ),
        };
        if count > 0 {
            tracing::info!(count, "{done}");
        }
        Ok(())
    }
}
