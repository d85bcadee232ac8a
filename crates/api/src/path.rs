//! The variable segment of a path.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// The path's variable segment, percent-decoded. What is not UTF-8 becomes a text that is no
/// identifier, so that the endpoint answers it like any other wrong one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let text = axum::extract::Path::<String>::from_request_parts(parts, state)
            .await
            .map_or_else(|_| "\u{fffd}".to_owned(), |axum::extract::Path(text)| text);
        Ok(Self(text))
    }
}
