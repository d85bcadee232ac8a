//! Audit events: who did what to which object, when and from where.

use std::net::IpAddr;

use crate::{AccountId, Timestamp, UserId};

/// Who acts.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Actor {
    /// Somebody who has not proved who they are; the claimed name or access key, cut to 64 characters.
    Anonymous(Option<String>),
    /// The local administrator, by the operating system's user id.
    OperatingSystem(u32),
    /// The server itself.
    Server,
    /// A signed-in user.
    User(UserId),
}

/// Where a request comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// Who acts.
    pub actor: Actor,
    /// The network address of the client; `None` for local administration.
    pub address: Option<IpAddr>,
    /// The request's identifier, as the client sees it in `X-Request-Id`.
    pub request_id: String,
}

/// How an audited act ended.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

/// One line of the audit trail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuditEvent {
    /// When.
    pub at: Timestamp,
    /// Whose object; `None` while the account is not known.
    pub account: Option<AccountId>,
    /// Who and from where.
    pub origin: Origin,
    /// What, by the name of the operation: `create_csr`.
    pub action: &'static str,
    /// Which object, by its identifier.
    pub object: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// What else is worth knowing. Never a secret.
    pub detail: Option<String>,
    /// For how many equal acts it stands: refusals that repeat are folded into one event.
    pub count: u32,
}
