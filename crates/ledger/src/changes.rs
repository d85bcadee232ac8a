//! The change set: what must become true, all of it or nothing.

use crate::{Addition, AuditEvent, Author, ChangeId, Counter, Expectation, RowId, Version};

/// A record that takes the place of the one read at `read_at`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Replacement<R> {
    /// The new content; its key is that of the old one.
    pub record: R,
    /// The version that the decision rests on.
    pub read_at: Version,
}

/// A row that goes away.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Removal {
    /// Which row.
    pub row: RowId,
    /// The version that the decision rests on.
    pub read_at: Version,
}

/// What an operation decided, described as a value. `R` is the record type of the deciding crate.
///
/// A change set has at least one audit event by construction, and becomes durable as a whole or
/// not at all. It is refused as `Conflict` when a row that it replaces, removes or expects is no
/// longer at the version that was read, or when a row that it inserts is already there.
#[derive(Clone, Debug)]
pub struct Changes<R> {
    parts: Parts<R>,
}

/// The content of a change set, for the store that commits it.
#[derive(Clone, Debug)]
pub struct Parts<R> {
    /// The change set's unique identifier, by which its fate can be looked up.
    pub id: ChangeId,
    /// Records that must not exist yet.
    pub inserts: Vec<R>,
    /// Records that replace others.
    pub replacements: Vec<Replacement<R>>,
    /// Rows that go away.
    pub removals: Vec<Removal>,
    /// Rows that the decision read and does not write.
    pub expectations: Vec<Expectation>,
    /// Bounded counters.
    pub additions: Vec<Addition>,
    /// Why: never empty.
    pub events: Vec<AuditEvent>,
}

impl<R> Changes<R> {
    /// A change set that so far only tells `event`.
    pub fn new(id: ChangeId, event: AuditEvent) -> Self {
        Self {
            parts: Parts {
                id,
                inserts: Vec::new(),
                replacements: Vec::new(),
                removals: Vec::new(),
                expectations: Vec::new(),
                additions: Vec::new(),
                events: vec![event],
            },
        }
    }

    /// The unique identifier by which its fate can be looked up.
    pub fn id(&self) -> ChangeId {
        self.parts.id
    }

    /// Adds a record that must not exist yet.
    #[must_use]
    pub fn insert(mut self, record: impl Into<R>) -> Self {
        self.parts.inserts.push(record.into());
        self
    }

    /// Replaces the record that was read at `read_at`.
    #[must_use]
    pub fn replace(mut self, record: impl Into<R>, read_at: Version) -> Self {
        self.parts.replacements.push(Replacement { record: record.into(), read_at });
        self
    }

    /// Removes the row that was read at `read_at`.
    #[must_use]
    pub fn remove(mut self, row: RowId, read_at: Version) -> Self {
        self.parts.removals.push(Removal { row, read_at });
        self
    }

    /// Holds only while `row` is at `version`.
    #[must_use]
    pub fn expect(mut self, row: RowId, version: Version) -> Self {
        self.parts.expectations.push(Expectation { row, version });
        self
    }

    /// Holds only while the rows that prove `author` are unchanged.
    #[must_use]
    pub fn by(mut self, author: &Author) -> Self {
        self.parts.expectations.extend(author.expectations.iter().cloned());
        self
    }

    /// Adds `amount` to a counter, refused as `QuotaReached` when that passes `at_most`.
    #[must_use]
    pub fn add(mut self, counter: Counter, amount: i64, at_most: Option<i64>) -> Self {
        self.parts.additions.push(Addition { counter, amount, at_most });
        self
    }

    /// Tells one more event.
    #[must_use]
    pub fn tell(mut self, event: AuditEvent) -> Self {
        self.parts.events.push(event);
        self
    }

    /// The rows that go away.
    pub fn removals(&self) -> &[Removal] {
        &self.parts.removals
    }

    /// The content, for the store.
    pub fn into_parts(self) -> Parts<R> {
        self.parts
    }

    /// The same change set with its records turned into another type.
    pub fn map<S>(self, f: impl Fn(R) -> S) -> Changes<S> {
        let Parts { id, inserts, replacements, removals, expectations, additions, events } =
            self.parts;
        let replacements = replacements
            .into_iter()
            .map(|Replacement { record, read_at }| Replacement { record: f(record), read_at })
            .collect();
        Changes {
            parts: Parts {
                id,
                inserts: inserts.into_iter().map(f).collect(),
                replacements,
                removals,
                expectations,
                additions,
                events,
            },
        }
    }
}
