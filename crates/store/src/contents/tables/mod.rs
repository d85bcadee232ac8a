//! The tables and their columns, those of owners before those of what they own.

mod authorities;
mod certificates;
mod directory;
mod ledger;
mod revocation;

/// What a column holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// A number.
    Number,
    /// A number, or nothing.
    NumberOrNone,
    /// Octets.
    Octets,
    /// Octets, or nothing.
    OctetsOrNone,
    /// A text.
    Text,
    /// A text, or nothing.
    TextOrNone,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in the order of their rows' form.
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// The columns of its key, in their order.
    pub(crate) key: &'static [&'static str],
}

impl Table {
    /// All tables, in the order in which they can be filled. What an engine keeps for itself is not
    /// among them: its migrations, the proof of readiness, the epoch of caches, and how many revocations
    /// there are.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        GROUPS.iter().copied().flatten()
    }

    /// The table with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|table| table.name == name)
    }

    /// How many columns a row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The place of a column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|(column, _)| *column == name)
    }
}

const GROUPS: &[&[Table]] = &[
    directory::TABLES,
    authorities::TABLES,
    certificates::TABLES,
    revocation::TABLES,
    ledger::TABLES,
];
