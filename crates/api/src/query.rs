//! The query of a request.

use axum::http::Uri;
use percent_encoding::percent_decode_str;

use crate::parameter::BadParameter;

/// The names and values of a query, decoded. A `+` is a plus: clients send a space as `%20`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// The query of `uri`.
    pub(crate) fn of(uri: &Uri) -> Result<Self, BadParameter> {
        let text = |part: &str| {
            let decoded = percent_decode_str(part).decode_utf8();
            decoded.map(String::from).map_err(|_| BadParameter::new("", "The query is not UTF-8."))
        };
        uri.query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Ok((text(name)?, text(value)?))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The first value of `name`.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
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
    fn what_is_not_utf_8_is_refused() {
        assert!(Query::of(&Uri::from_static("/x?name=%ff")).is_err());
    }
}
