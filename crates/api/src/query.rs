//! The query of a request.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use axum::http::Uri;
use percent_encoding::percent_decode_str;

use crate::parameter::{BadParameter, given};

/// The names and values of a query, decoded. A `+` is a plus: clients send a space as `%20`. No name
/// comes twice.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// The query of `uri`. A parameter given twice is refused: which of them counts, each program
    /// between here and the client would decide otherwise.
    pub(crate) fn of(uri: &Uri) -> Result<Self, BadParameter> {
        let text = |part: &str| {
            let decoded = percent_decode_str(part).decode_utf8();
            decoded.map(String::from).map_err(|_| BadParameter::new("", "The query is not UTF-8."))
        };
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let mut seen = HashSet::new();
        let mut parameters = Vec::new();
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (text(name)?, text(value)?);
            if !seen.insert(name.clone()) {
                return Err(BadParameter::new(name, "it is given more than once"));
            }
            parameters.push((name, value));
        }
        Ok(Self(parameters))
    }

    /// The value of `name`.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    /// The value of `name`, a whole number within `range`; an empty one is none.
    pub(crate) fn number(
        &self,
        name: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, BadParameter> {
        let Some(text) = given(self.text(name)) else { return Ok(None) };
        let digits = text.bytes().all(|digit| digit.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits && range.contains(&number) => Ok(Some(number)),
            Ok(_) | Err(_) => {
                let (least, most) = range.into_inner();
                let problem = if most == u64::MAX {
                    format!("it must be a whole number from {least}")
                } else {
                    format!("it must be a whole number from {least} to {most}")
                };
                Err(BadParameter::new(name, problem))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded_and_a_plus_stays() {
        let query = Query::of(&Uri::from_static("/x?na%6de=a%20b+c&&empty")).unwrap();

        assert_eq!(query.text("name").as_deref(), Some("a b+c"));
        assert_eq!(query.text("empty").as_deref(), Some(""));
        assert_eq!(query.text("other"), None);
    }

    #[test]
    fn a_number_is_digits_within_its_range_or_nothing() {
        let query = Query::of(&Uri::from_static("/x?a=50&b=&c=%2b5&d=51&e=5.0&f=-1")).unwrap();

        assert_eq!(query.number("a", 1..=50), Ok(Some(50)));
        assert_eq!(query.number("b", 1..=50), Ok(None));
        assert_eq!(query.number("none", 1..=50), Ok(None));
        for name in ["c", "d", "e", "f"] {
            assert_eq!(query.number(name, 1..=50).unwrap_err().field, name);
        }
    }

    #[test]
    fn a_parameter_given_twice_is_refused_by_its_name() {
        for query in ["limit=1&limit=2", "limit=1&limit=1", "limit=1&x=2&li%6dit=", "limit&limit"] {
            let uri: Uri = format!("/x?{query}").parse().unwrap();

            let refused = Query::of(&uri).unwrap_err();

            assert_eq!(refused.field, "limit", "{query}");
        }
    }

    #[test]
    fn what_is_not_utf_8_is_refused() {
        assert!(Query::of(&Uri::from_static("/x?name=%ff")).is_err());
    }
}
