//! A part of a list.

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Page {
    /// How many entries at most.
    pub limit: u32,
    /// How many entries to pass over first.
    pub offset: u64,
}

/// How many entries of a list of certificates are counted: the API tells of no more.
pub const MOST_COUNTED: u64 = 1_000_000;

/// A part of a list with the length of the whole: both of one moment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed<T> {
    /// The entries of the page, in the list's order.
    pub entries: Vec<T>,
    /// How many entries the list has, whatever the page.
    pub total: u64,
}

impl<T> Listed<T> {
    /// The same list with `shown` in place of each entry.
    pub fn map<U>(self, shown: impl FnMut(T) -> U) -> Listed<U> {
        let Self { entries, total } = self;
        Listed { entries: entries.into_iter().map(shown).collect(), total }
    }
}
