//! Lists in pages: `limit` and `marker` in the query, `page_info` in the answer.

use std::str::FromStr;

use axum::http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use crate::parameter::{BadParameter, given};
use crate::query::Query;

/// How many a page has when the request does not say.
const USUAL: u64 = 100;
/// How many a page has at most.
const MOST: u64 = 200;

/// What an answer says of its page.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PageInfo {
    current_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_marker: Option<String>,
}

/// Which part of a list is asked for.
#[derive(Debug)]
pub(super) struct Page {
    limit: usize,
    marker: Option<String>,
}

impl Page {
    /// The page that the query of `uri` names, and the query for what else it says.
    pub(super) fn of(uri: &Uri) -> Result<(Self, Query), BadParameter> {
        let query = Query::of(uri)?;
        let limit = query.number("limit", 1..=MOST)?.unwrap_or(USUAL);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok((Self { limit, marker: given(query.text("marker")) }, query))
    }

    /// What to read for this page, where the keys are identifiers in the order of which they are
    /// read: behind which one, and how many. One more than are shown tells whether there are more.
    pub(super) fn read<I: FromStr>(&self) -> (Option<I>, u32) {
        let marker = self.marker.as_deref().map(str::parse).transpose();
        match marker {
            Ok(after) => (after, u32::try_from(self.limit).unwrap_or(u32::MAX).saturating_add(1)),
            // No identifier, and yet it has its place in the order of texts.
            Err(_) => (None, u32::MAX),
        }
    }

    /// This page of `all`. A marker is the key of the last item of the page before; the order is
    /// that of the keys, so that a list goes on behind an item which is gone meanwhile.
    pub(super) fn cut<T>(self, all: Vec<T>, key: impl Fn(&T) -> String) -> (Vec<T>, PageInfo) {
        let mut keyed: Vec<(String, T)> = all.into_iter().map(|item| (key(&item), item)).collect();
        keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
        let is_behind = |key: &str| self.marker.as_deref().is_none_or(|marker| key > marker);
        let mut rest = keyed.into_iter().filter(|(key, _)| is_behind(key)).peekable();
        let page: Vec<(String, T)> = rest.by_ref().take(self.limit).collect();
        let last = page.last().map(|(key, _)| key.clone());
        let next_marker = if rest.peek().is_some() { last } else { None };
        let info = PageInfo { current_count: page.len(), next_marker };
        (page.into_iter().map(|(_, item)| item).collect(), info)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str, all: &[&str]) -> (String, Option<String>) {
        let (page, _) = Page::of(&format!("/x?{query}").parse().unwrap()).unwrap();
        let (found, info) = page.cut(all.to_vec(), |item| (*item).to_owned());
        assert_eq!(info.current_count, found.len());
        (found.concat(), info.next_marker)
    }

    #[test]
    fn a_marker_leads_on_until_there_is_nothing_more() {
        let all = ["c", "a", "b"];

        assert_eq!(page("limit=2", &all), ("ab".to_owned(), Some("b".to_owned())));
        assert_eq!(page("limit=2&marker=b", &all), ("c".to_owned(), None));
        assert_eq!(page("limit=3", &all), ("abc".to_owned(), None));
        assert_eq!(page("marker=c", &all), (String::new(), None));
    }

    #[test]
    fn a_list_goes_on_behind_what_is_gone() {
        assert_eq!(page("marker=b", &["a", "c"]), ("c".to_owned(), None));
    }

    #[test]
    fn no_more_is_read_than_the_page_and_one() {
        let read = |query: &str| {
            let (page, _) = Page::of(&format!("/x?{query}").parse().unwrap()).unwrap();
            page.read::<u8>()
        };

        assert_eq!(read(""), (None, 101));
        assert_eq!(read("limit=2&marker=7"), (Some(7), 3));
        assert_eq!(read("limit=2&marker=x"), (None, u32::MAX));
    }

    #[test]
    fn a_limit_is_from_1_to_200() {
        for limit in ["0", "201", "-1", "x"] {
            let uri = format!("/x?limit={limit}").parse().unwrap();
            assert_eq!(Page::of(&uri).unwrap_err().field, "limit", "{limit}");
        }
    }
}
