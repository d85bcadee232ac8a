//! Which rows of a long list a page takes, and from which end they are reached.

use pki::authority::Direction;
use pki::{MOST_COUNTED, Page};

/// A page as a statement asks for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Cut {
    /// In which direction the statement runs.
    pub(crate) direction: Direction,
    /// How many rows it gives at most.
    pub(crate) limit: i64,
    /// How many it passes over.
    pub(crate) offset: i64,
    /// Whether the rows come last one first.
    pub(crate) is_reversed: bool,
}

impl Cut {
    /// How to reach `page` of a list with `total` entries that runs in `direction`; `None` where
    /// the page is empty. What lies behind the middle is reached from the other end, so that no
    /// page passes over more than half of the list.
    pub(crate) fn of(page: Page, total: u64, direction: Direction) -> Option<Self> {
        let is_counted = total < MOST_COUNTED;
        if page.limit == 0 || (is_counted && page.offset >= total) {
            return None;
        }
        let limit = u64::from(page.limit);
        let cut = |direction, limit: u64, offset: u64, is_reversed| Self {
            direction,
            limit: i64::try_from(limit).unwrap_or(i64::MAX),
            offset: i64::try_from(offset).unwrap_or(i64::MAX),
            is_reversed,
        };
        if is_counted && page.offset > total / 2 {
            let left = total.saturating_sub(page.offset);
            let taken = left.min(limit);
            return Some(cut(opposite(direction), taken, left.saturating_sub(taken), true));
        }
        Some(cut(direction, limit, page.offset, false))
    }

    /// The rows in the order of the list.
    pub(crate) fn arrange<T>(self, mut rows: Vec<T>) -> Vec<T> {
        if self.is_reversed {
            rows.reverse();
        }
        rows
    }
}

fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Ascending => Direction::Descending,
        Direction::Descending => Direction::Ascending,
    }
}

/// How SQL calls a direction.
pub(crate) fn keyword(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "ASC",
        Direction::Descending => "DESC",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `page` gives of the numbers from 0 to `total`, as a statement would run.
    fn taken(page: Page, total: u64) -> Vec<u64> {
        let Some(cut) = Cut::of(page, total, Direction::Ascending) else { return Vec::new() };
        assert!(cut.offset.unsigned_abs() <= total / 2, "{cut:?}");
        let mut all: Vec<u64> = (0..total).collect();
        if cut.direction == Direction::Descending {
            all.reverse();
        }
        let (skip, take) = (cut.offset.try_into().unwrap(), cut.limit.try_into().unwrap());
        cut.arrange(all.into_iter().skip(skip).take(take).collect())
    }

    #[test]
    fn every_page_of_a_list_is_the_same_from_either_end() {
        for total in 0..12 {
            for offset in 0..14 {
                for limit in 0..5 {
                    let page = Page { limit, offset };
                    let end = offset + u64::from(limit);
                    let expected: Vec<u64> = (offset.min(total)..end.min(total)).collect();
                    assert_eq!(taken(page, total), expected, "{page:?} of {total}");
                }
            }
        }
    }

    #[test]
    fn a_list_that_was_not_counted_to_its_end_is_read_from_its_beginning() {
        let page = Page { limit: 10, offset: MOST_COUNTED + 5 };

        let cut = Cut::of(page, MOST_COUNTED, Direction::Descending).unwrap();

        assert_eq!((cut.direction, cut.is_reversed), (Direction::Descending, false));
        assert_eq!(cut.offset.unsigned_abs(), MOST_COUNTED + 5);
    }
}
