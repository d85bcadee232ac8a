//! A claim about all rows of some tables.

/// A claim about all rows of some tables.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The table that a contradiction is told of.
    pub table: &'static str,
    /// What is said of a row that contradicts.
    pub fault: &'static str,
    sql: String,
}

impl Claim {
    /// The rows that `sql` finds, by what it gives as text, contradict.
    pub(super) fn new(table: &'static str, fault: &'static str, sql: impl Into<String>) -> Self {
        Self { table, fault, sql: sql.into() }
    }

    pub(super) fn sql(&self) -> &str {
        &self.sql
    }
}
