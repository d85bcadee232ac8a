//! Audit events as they are read back.

use ledger::{AccountId, ChangeId, Origin, Outcome, Timestamp};

/// Where an audit event stands in the trail: its change set, and its place in it from 0.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EventPosition {
    /// The change set that told it.
    pub change: ChangeId,
    /// Its place among the events of that change set.
    pub index: u32,
}

/// An audit event of the trail: [`ledger::AuditEvent`], its action now any text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RecordedEvent {
    /// Where it stands.
    pub position: EventPosition,
    /// When it happened.
    pub at: Timestamp,
    /// Whose object; `None` while the account was not known.
    pub account: Option<AccountId>,
    /// Who and from where.
    pub origin: Origin,
    /// What, by the name of the operation.
    pub action: String,
    /// Which object, by its identifier.
    pub object: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// What else is worth knowing.
    pub detail: Option<String>,
    /// For how many equal acts it stands.
    pub count: u32,
}
