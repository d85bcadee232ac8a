//! The variable segments of a path.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

/// What stands for a text that is not UTF-8.
const NO_TEXT: &str = "\u{fffd}";

/// The path's variable segment, percent-decoded. What is not UTF-8 becomes a text that is no
/// identifier, so that the endpoint answers it like any other wrong one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let text = axum::extract::Path::<String>::from_request_parts(parts, state)
            .await
            .map_or_else(|_| NO_TEXT.to_owned(), |axum::extract::Path(text)| text);
        Ok(Self(text))
    }
}

/// The path's `N` variable segments, like [`Segment`]: one that is not UTF-8 leaves the others as
/// they are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Segments<const N: usize>(pub(crate) [String; N]);

impl<S: Send + Sync, const N: usize> FromRequestParts<S> for Segments<N> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let texts: Vec<String> = variables(route, parts.uri.path()).collect();
        Ok(Self(texts.try_into().unwrap_or_else(|_| std::array::from_fn(|_| NO_TEXT.to_owned()))))
    }
}

/// What stands in `path` where `route` has a variable, percent-decoded.
fn variables<'a>(route: &'a str, path: &'a str) -> impl Iterator<Item = String> + 'a {
    let both = route.split('/').zip(path.split('/'));
    both.filter(|(name, _)| name.starts_with('{')).map(|(_, segment)| {
        let text = percent_decode_str(segment).decode_utf8();
        text.map_or_else(|_| NO_TEXT.to_owned(), String::from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_variable_is_decoded_by_itself() {
        let route = "/v2/{project_id}/authorities/{cert_id}/status/{status}";
        let path = "/v2/a%2Fb/authorities/%ff/status/enabl%65";

        let texts: Vec<String> = variables(route, path).collect();

        assert_eq!(texts, ["a/b", NO_TEXT, "enable"]);
    }
}
