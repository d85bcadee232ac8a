//! What queries of the identity API say.

use crate::parameter::{BadParameter, given};
use crate::query::Query;

/// How many things one answer lists at most.
pub(crate) const MOST: u32 = 5000;

/// `true` or `false`.
pub(crate) fn flag(query: &Query, name: &str) -> Result<Option<bool>, BadParameter> {
    match given(query.text(name)).map(|text| text.to_ascii_lowercase()).as_deref() {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(BadParameter::new(name, "it must be true or false")),
    }
}

/// The part of a list that `page` and `per_page` ask for: how many to leave out, and how many to
/// give.
pub(crate) fn page(query: &Query) -> Result<(u32, u32), BadParameter> {
    let page = number(query, "page", u32::MAX)?;
    let per_page = number(query, "per_page", MOST)?;
    match (page, per_page) {
        (None, None) => Ok((0, MOST)),
        (Some(page), Some(per_page)) => {
            Ok((page.saturating_sub(1).saturating_mul(per_page), per_page))
        }
        (Some(_), None) => Err(BadParameter::new("per_page", "it must come with page")),
        (None, Some(_)) => Err(BadParameter::new("page", "it must come with per_page")),
    }
}

/// A number from 1 to `most`.
fn number(query: &Query, name: &str, most: u32) -> Result<Option<u32>, BadParameter> {
    let number = query.number(name, 1..=u64::from(most))?;
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(query: &str) -> Result<(u32, u32), String> {
        let query = Query::of(&format!("/x?{query}").parse().unwrap()).unwrap();
        page(&query).map_err(|bad| bad.field)
    }

    #[test]
    fn a_page_is_told_by_two_numbers_or_by_none() {
        assert_eq!(page_of(""), Ok((0, 5000)));
        assert_eq!(page_of("page=3&per_page=10"), Ok((20, 10)));
        assert_eq!(page_of("page=4294967295&per_page=5000"), Ok((u32::MAX, 5000)));
        for (query, field) in [
            ("page=1", "per_page"),
            ("per_page=1", "page"),
            ("page=0&per_page=1", "page"),
            ("page=%2B1&per_page=1", "page"),
            ("page=4294967296&per_page=1", "page"),
            ("page=1&per_page=5001", "per_page"),
            ("page=1&per_page=1.0", "per_page"),
        ] {
            assert_eq!(page_of(query), Err(field.to_owned()), "{query}");
        }
    }
}
