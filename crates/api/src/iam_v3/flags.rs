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
pub(crate) fn page(query: &Query) -> Result<(usize, usize), BadParameter> {
    let page = number(query, "page", u32::MAX)?;
    let per_page = number(query, "per_page", MOST)?;
    let (offset, limit) = match (page, per_page) {
        (None, None) => (0, MOST),
        (Some(page), Some(per_page)) => (page.saturating_sub(1).saturating_mul(per_page), per_page),
        (Some(_), None) => return Err(BadParameter::new("per_page", "it must come with page")),
        (None, Some(_)) => return Err(BadParameter::new("page", "it must come with per_page")),
    };
    Ok((offset as usize, limit as usize))
}

/// A number from 1 to `most`.
fn number(query: &Query, name: &str, most: u32) -> Result<Option<u32>, BadParameter> {
    let Some(text) = given(query.text(name)) else { return Ok(None) };
    match text.parse::<u32>() {
        Ok(number) if (1..=most).contains(&number) => Ok(Some(number)),
        Ok(_) | Err(_) => Err(BadParameter::new(name, format!("it must be 1 to {most}"))),
    }
}
