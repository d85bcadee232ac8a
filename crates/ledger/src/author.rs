//! On whose behalf a change is made.

use crate::{AccountId, AuditEvent, Expectation, Origin, Outcome, Timestamp};

/// The proven author of a change: its account, its origin, and the rows that prove it (account,
/// user, credential), which each of its commits expects unchanged.
#[derive(Clone, Debug)]
pub struct Author {
    /// The account whose objects are touched.
    pub account: AccountId,
    /// Who acts and from where.
    pub origin: Origin,
    /// The rows on which the right to act rests.
    pub expectations: Vec<Expectation>,
}

impl Author {
    /// The audit event of something that this author did to `object`.
    pub fn event(&self, at: Timestamp, action: &'static str, object: impl ToString) -> AuditEvent {
        AuditEvent {
            at,
            account: Some(self.account),
            origin: self.origin.clone(),
            action,
            object: Some(object.to_string()),
            outcome: Outcome::Done,
            detail: None,
            count: 1,
        }
    }
}
