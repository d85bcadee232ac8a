//! What keeps the server alive when more comes than it can do: whoever is let in is served in time,
//! and whoever is not is told so at once.
//!
//! A refusal looks at counters alone: it comes before the body is read, before a signature is
//! verified and before anything is asked of the database.

mod measure;
mod rate;
mod settings;
mod shares;
mod turns;

use std::net::IpAddr;
use std::time::Duration;

use axum::http::HeaderValue;
use iam::{Shown, Source};
use ledger::{AccountId, UserId};

use crate::body::BodyLimit;
use crate::gateway::Gateway;
use measure::Reason;
pub(crate) use measure::{Counted, bounds, describe, exports_full};
use rate::Buckets;
pub use settings::{Bound, Limits, Rate};
pub(crate) use shares::Share;
use shares::Shares;
pub(crate) use turns::Turn;
use turns::{Full, Turns};

/// When somebody is to come back whom no rate tells it: what is queued takes less.
pub(crate) const SOON: Duration = Duration::from_secs(1);

/// How many octets of bodies there are at once of whom nothing is proved yet: of 320 that are as long
/// as they may be.
const OCTETS: u32 = 80 * 1024 * 1024;

/// The same of long ones: of 16 imports.
const LONG_OCTETS: u32 = 64 * 1024 * 1024;

/// A time as `Retry-After` tells it: in whole seconds, at least one (RFC 9110 §10.2.3).
pub(crate) fn retry_after(wait: Duration) -> HeaderValue {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    HeaderValue::from(seconds.max(1))
}

/// The bounds on requests to the APIs.
pub(crate) struct Overload {
    bodies: Shares,
    octets: Shares,
    long: Shares,
    requests: Turns,
    accounts: Option<Buckets<AccountId>>,
    credentials: Option<Buckets<Identity>>,
}

/// What a rate of one credential is counted by.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Identity {
    /// An access key.
    AccessKey(String),
    /// A user with a token or a temporary access key: of those anybody can have as many as they like.
    User(UserId),
}

impl Overload {
    pub(crate) fn of(limits: &Limits) -> Self {
        Self {
            bodies: Shares::of("bodies", limits.bodies),
            octets: Shares::of("body_octets", OCTETS),
            long: Shares::of("long_body_octets", LONG_OCTETS),
            requests: Turns::of("requests", limits.requests),
            accounts: limits.account.map(Buckets::of),
            credentials: limits.credential.map(Buckets::of),
        }
    }

    /// Refuses at once what would find the queue full.
    pub(crate) fn look(&self) -> Result<(), Gateway> {
        if self.requests.is_full() { Err(refused(Reason::Requests)) } else { Ok(()) }
    }

    /// Room for the octets of a body that comes from this address, until it is known whose it is. Long
    /// ones, which only imports are, have room of their own.
    pub(crate) fn room(
        &self,
        address: Option<IpAddr>,
        octets: usize,
    ) -> Result<Share<'_>, Gateway> {
        let is_long = octets > BodyLimit::USUAL.octets();
        let room = if is_long { &self.long } else { &self.octets };
        room.take_several(Source::of(address), octets).ok_or_else(|| refused(Reason::Bodies))
    }

    /// A place for a body that is read from this address. One that never comes keeps nobody from a
    /// turn, and one address cannot have all places.
    pub(crate) fn body(&self, address: Option<IpAddr>) -> Result<Share<'_>, Gateway> {
        self.bodies.take(Source::of(address)).ok_or_else(|| refused(Reason::Bodies))
    }

    /// Waits for a turn, but not for long.
    pub(crate) async fn turn(&self) -> Result<Turn, Gateway> {
        self.requests.take().await.map_err(|full| {
            refused(match full {
                Full::NoPlace => Reason::Requests,
                Full::NoTurn => Reason::Wait,
            })
        })
    }

    /// Counts a request of this caller, who is known by now.
    pub(crate) fn charge(&self, who: &iam::Caller) -> Result<(), Gateway> {
        if let Some(credentials) = &self.credentials {
            credentials
                .take(&Identity::of(who))
                .map_err(|wait| refused_for(Reason::CredentialRate, wait))?;
        }
        if let Some(accounts) = &self.accounts {
            accounts
                .take(&who.account_id())
                .map_err(|wait| refused_for(Reason::AccountRate, wait))?;
        }
        Ok(())
    }
}

impl Identity {
    fn of(who: &iam::Caller) -> Self {
        match &who.shown {
            Shown::Signature(access) => Self::AccessKey(access.clone()),
            Shown::TemporarySignature(_) | Shown::Token(_) => Self::User(who.user_id()),
        }
    }
}

/// The bounds on requests to the public listener.
pub(crate) struct PublicOverload {
    requests: Turns,
    whole: Option<Buckets<()>>,
    addresses: Option<Buckets<Source>>,
}

impl PublicOverload {
    pub(crate) fn of(limits: &Limits) -> Self {
        Self {
            requests: Turns::of("public", limits.public),
            whole: limits.public_rate.map(Buckets::of),
            addresses: limits.address.map(Buckets::of),
        }
    }

    /// Refuses at once what passes a rate, or would find the queue full; tells for how long.
    pub(crate) fn look(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        let told = |reason: Reason| {
            move |wait| {
                measure::refused(reason);
                wait
            }
        };
        if self.requests.is_full() {
            return Err(SOON).map_err(told(Reason::PublicRequests));
        }
        // The address first: what one sends too much must not use up what all have together.
        if let Some(addresses) = &self.addresses {
            addresses.take(&Source::of(address)).map_err(told(Reason::AddressRate))?;
        }
        if let Some(whole) = &self.whole {
            whole.take(&()).map_err(told(Reason::PublicRate))?;
        }
        Ok(())
    }

    /// Waits for a turn, but not for long.
    pub(crate) async fn turn(&self) -> Result<Turn, Duration> {
        self.requests.take().await.map_err(|full| {
            measure::refused(match full {
                Full::NoPlace => Reason::PublicRequests,
                Full::NoTurn => Reason::PublicWait,
            });
            SOON
        })
    }
}

fn refused(reason: Reason) -> Gateway {
    refused_for(reason, SOON)
}

fn refused_for(reason: Reason, wait: Duration) -> Gateway {
    measure::refused(reason);
    Gateway::too_many_for(wait)
}
